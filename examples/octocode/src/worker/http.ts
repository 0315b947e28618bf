import { createServer, type Server } from 'node:http';
import { checkHealth, httpStatus } from '@/server/health';
import { metrics } from '@/server/metrics';
import { probes } from '@/server/probes';

/** /health and /metrics of a process that otherwise has no port. */
export async function startHttp(port: number, state: { version: string; draining: boolean }): Promise<Server> {
  const server = createServer(async (request, response) => {
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type }).end(body);
    try {
      if (request.url === '/health') {
        const health = await checkHealth(probes, state);
        send(httpStatus(health), 'application/json', JSON.stringify(health));
      } else if (request.url === '/metrics') {
        const { registry } = metrics();
        send(200, registry.contentType, await registry.metrics());
      } else {
        send(404, 'application/json', '{"error":"Only /health and /metrics are here."}');
      }
    } catch {
      send(500, 'application/json', '{"error":"The answer could not be made."}');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  return server;
}
