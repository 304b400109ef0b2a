'use strict'

module.exports = () => ({
  serveAdminPanel: false,
  autoOpen: false,
  auth: { secret: 'only-for-tests-auth' },
  apiToken: { salt: 'only-for-tests-salt' },
  transfer: { token: { salt: 'only-for-tests-transfer' } },
  secrets: { encryptionKey: 'only-for-tests-key-of-32-letters' },
  flags: { nps: false, promoteEE: false },
})
