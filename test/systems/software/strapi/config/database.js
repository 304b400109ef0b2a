'use strict'

module.exports = ({ env }) => ({
  connection: { client: 'sqlite', connection: { filename: env('STRAPI_DATABASE') }, useNullAsDefault: true },
})
