/** An S3 server: one bucket, addresses with the bucket in their path. It knows its key, but does not compute signatures of version 4: those are for other tests. */
import { join } from 'node:path'
import { until } from './processes.ts'
import { type SystemDefinition, installedVersion } from './system.ts'

const BUCKET = 'files'

export const S3: SystemDefinition = {
  name: 's3',
  kind: 'files (S3)',
  title: 'S3',
  proof: 'double',
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 80,
  seconds: 2,
  async start(place) {
    const port = await place.port()
    // Its tokens for the next page are made with a cipher of long ago.
    const child = place.run('node', ['--openssl-legacy-provider', join(place.software, 'node_modules', 's3rver', 'bin', 's3rver.js'), '-d', join(place.folder, 'objects'), '-a', '127.0.0.1', '-p', String(port), '--configure-bucket', BUCKET])
    await until('s3rver', 30, child, async () => { if (!child.output().includes('listening')) throw new Error('it does not listen') })
    // The keys are s3rver's own: it knows no others.
    return { port, version: installedVersion(place, 's3rver'), log: child.output, access: { bucket: BUCKET, region: 'us-east-1', key: 'S3RVER', secret: 'S3RVER' } }
  },
}
