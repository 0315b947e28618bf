import { metrics } from '@/server/metrics';

export const dynamic = 'force-dynamic';

/** For Prometheus on the inner network; the proxy in front must not pass this path on. */
export async function GET(): Promise<Response> {
  const { registry } = metrics();
  return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } });
}
