// Grouparoo as it is, but on the loopback interface only. Its framework looks for its configuration in the folder that it is started in.
'use strict'

const { dirname } = require('node:path')
const core = dirname(require.resolve('@grouparoo/core/package.json'))
process.chdir(core)
const { config } = require(require.resolve('actionhero', { paths: [core] }))
config.servers.web.bindIP = '127.0.0.1'
require(`${core}/dist/grouparoo.js`).main()
