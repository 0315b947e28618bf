import { appEnv } from '@/lib/env';
import { isDraining } from '@/server/drain';
import { checkHealth, httpStatus } from '@/server/health';
import { probes } from '@/server/probes';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const health = await checkHealth(probes, { version: appEnv().APP_VERSION, draining: isDraining() });
  return Response.json(health, { status: httpStatus(health), headers: { 'cache-control': 'no-store' } });
}
