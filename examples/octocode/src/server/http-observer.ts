import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { shared } from '@/lib/shared';
import { metrics } from './metrics';
import { methodClass, routeClass } from './routes';

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  server: Server;
}
interface Started {
  at: number;
  route: string;
  method: string;
}

/** What the drain needs to know about Next.js, which hands out neither its server nor its open requests. */
export interface HttpState {
  servers: Set<Server>;
  inFlight: number;
  closing: boolean;
}

export const httpState = (): HttpState =>
  shared('http', () => ({ servers: new Set<Server>(), inFlight: 0, closing: false }));

function observe(started: Started, status: number): void {
  const { httpRequests, httpDuration } = metrics();
  const { route, method } = started;
  httpRequests.inc({ route, method, status: String(status) });
  httpDuration.observe({ route, method }, (performance.now() - started.at) / 1000);
}

/** Node itself announces every request and answer on these channels, so no server has to be patched. */
export function observeHttp(): void {
  const state = httpState();
  const open = new WeakMap<ServerResponse, Started>();

  diagnostics.subscribe('http.server.request.start', (message) => {
    const { request, response, server } = message as Exchange;
    state.servers.add(server);
    state.inFlight += 1;
    // Next.js rewrites request.url while it routes: keep what the client asked for.
    open.set(response, { at: performance.now(), route: routeClass(request.url), method: methodClass(request.method) });
    // While draining, clients are told not to use this connection again.
    if (state.closing) response.shouldKeepAlive = false;
    response.once('close', () => {
      state.inFlight -= 1;
      const aborted = open.get(response);
      if (!aborted) return;
      open.delete(response);
      observe(aborted, 499); // nginx's number for a client that went away
    });
  });

  diagnostics.subscribe('http.server.response.finish', (message) => {
    const { response } = message as Exchange;
    const started = open.get(response);
    if (!started) return;
    open.delete(response);
    observe(started, response.statusCode);
  });
}
