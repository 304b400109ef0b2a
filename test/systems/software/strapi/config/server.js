'use strict'

module.exports = ({ env }) => ({
  host: '127.0.0.1',
  port: env.int('PORT'),
  app: { keys: ['only-for-tests-1', 'only-for-tests-2'] },
  logger: { updates: { enabled: false }, startup: { enabled: false } },
})
