/** Which resources and fields an interface has. */
import type { DiscoveredResource, SettingValue } from '../../contract.ts'
import type { SessionContext } from './resource.ts'

export async function discover(_session: SessionContext, _spec: SettingValue, _signal: AbortSignal): Promise<readonly DiscoveredResource[]> {
  return []
}
