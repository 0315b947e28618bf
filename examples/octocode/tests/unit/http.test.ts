import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpState, observeHttp } from '@/server/http-observer';
import { metrics } from '@/server/metrics';
import { originAllowed } from '@/server/origin';
import { methodClass, routeClass } from '@/server/routes';
import { until } from '../helpers/until';

test.each([
  ['/', '/'],
  ['/dashboard?x=1', '/dashboard'],
  ['/api/tasks?limit=5', '/api/tasks'],
  ['/api/tasks/abc', '/api/tasks/:id'],
  ['/api/tasks/abc/retry', '/api/tasks/:id/retry'],
  ['/api/auth/callback/credentials', '/api/auth'],
  ['/tasks/abc', '/tasks/:id'],
  ['/_next/static/chunks/a.js', '/_next/static'],
  ['/_next/image?url=x', '/_next'],
  ['/socket.io/?EIO=4', '/socket.io'],
  ['/wp-login.php', 'other'],
  ['/api/tasks/abc/def/ghi', 'other'],
  [undefined, '/'],
])('%s belongs to %s', (url, expected) => expect(routeClass(url)).toBe(expected));

test('made-up methods make no new series', () => {
  expect(methodClass('PATCH')).toBe('PATCH');
  expect(methodClass('BREW')).toBe('OTHER');
  expect(methodClass(undefined)).toBe('OTHER');
});

test.each([
  [undefined, 'app:3001', [], true],
  ['http://localhost:3000', 'localhost:3001', [], true],
  ['https://octocode.example', 'octocode.example', [], true],
  ['http://[::1]:3000', '[::1]:3001', [], true],
  ['https://evil.example', 'octocode.example', [], false],
  ['https://octocode.example.evil.example', 'octocode.example', [], false],
  ['https://app.example', 'rt.example', ['https://app.example'], true],
  ['null', 'octocode.example', [], false],
  ['https://octocode.example', undefined, [], false],
])('origin %s at host %s with %o: %s', (origin, host, listed, expected) => expect(originAllowed(origin, host, listed)).toBe(expected));

let server: Server;
let port: number;
beforeAll(async () => {
  observeHttp();
  server = createServer((request, response) => {
    if (request.url === '/dashboard') return; // never answers
    const { url } = request;
    request.url = '/rewritten'; // as Next.js does
    response.writeHead(url === '/api/tasks' ? 201 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

const count = async (route: string, method: string, status: string) => {
  const { values } = await metrics().httpRequests.get();
  return values.find(({ labels }) => labels.route === route && labels.method === method && labels.status === status)?.value ?? 0;
};

test('requests of any server in the process are counted and timed', async () => {
  const url = `http://127.0.0.1:${port}`;
  await fetch(`${url}/api/tasks`, { method: 'POST' });
  await fetch(`${url}/api/tasks`, { method: 'POST' });
  await fetch(`${url}/nowhere`);
  expect(await count('/api/tasks', 'POST', '201')).toBe(2);
  expect(await count('other', 'GET', '404')).toBe(1);
  const text = await metrics().registry.getSingleMetricAsString('octocode_http_request_duration_seconds');
  expect(text).toContain('octocode_http_request_duration_seconds_count{route="/api/tasks",method="POST"} 2');
  expect(httpState().servers.has(server)).toBe(true);
  await until('no open request', () => httpState().inFlight === 0);
});

test('a client that goes away is no longer waited for', async () => {
  const socket = connect(port, '127.0.0.1', () => socket.write('GET /dashboard HTTP/1.1\r\nHost: x\r\n\r\n'));
  await until('the request', () => httpState().inFlight === 1);
  socket.destroy();
  await until('the end of it', () => httpState().inFlight === 0);
  expect(await count('/dashboard', 'GET', '499')).toBe(1);
});

test('while draining, connections are closed after their answer', async () => {
  httpState().closing = true;
  const response = await fetch(`http://127.0.0.1:${port}/api/tasks`, { method: 'POST' });
  httpState().closing = false;
  expect(response.headers.get('connection')).toBe('close');
});
