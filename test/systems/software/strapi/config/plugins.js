'use strict'

// One small picture per upload is enough for a test: the sizes that Strapi would make of it cost time.
module.exports = () => ({ upload: { config: { breakpoints: {}, sizeLimit: 50 * 1024 * 1024 } } })
