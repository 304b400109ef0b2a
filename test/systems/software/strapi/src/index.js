'use strict'

const seed = require('../seed')

module.exports = {
  async bootstrap({ strapi }) {
    if (process.env.STRAPI_SEED) await seed(strapi, process.env.STRAPI_SEED)
  },
}
