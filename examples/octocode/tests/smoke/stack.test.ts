import { io, type Socket } from 'socket.io-client';
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import type { TaskEvent, TaskView } from '../../src/tasks/view';
import { visitor } from '../e2e/release';
import { until } from '../helpers/until';

// One file, because the order counts: what comes after the burst of the last test would be refused as well.
const { base, plain, email, password, burst } = inject('target');
const nobody = visitor(base);
let asset = ''; // a script of the page, named after its content

beforeAll(async () => {
  const page = await until('an answer', () => fetch(base)).catch((error: Error) => {
    let reason = error as NodeJS.ErrnoException;
    while (reason.cause) reason = reason.cause as NodeJS.ErrnoException;
    throw new Error(`${base} does not answer: ${reason.message || reason.code}. Does the stack run, and is its authority in NODE_EXTRA_CA_CERTS?`);
  });
  asset = /\/_next\/static\/[^"\\]+\.js/.exec(await page.text())?.[0] ?? '';
});

describe('front door', () => {
  test('plain HTTP leads to the same path over HTTPS', async () => {
    const response = await fetch(`${plain}/tasks/some?from=mail`, { redirect: 'manual' });
    expect(response.status).toBeOneOf([301, 308]);
    expect(response.headers.get('location')).toBe(`${base}/tasks/some?from=mail`);
  });

  test('health is good, with database and Redis', async () => {
    const response = await nobody.call('/api/health');
    expect(await response.json()).toMatchObject({ status: 'ok', checks: { database: { status: 'up' }, redis: { status: 'up' } } });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('an unknown page is 404', async () => {
    const response = await nobody.call('/nothing/here');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('Nothing lives here');
  });

  test.each([
    ['a page', () => '/'],
    ['an API answer', () => '/api/health'],
    ['a refusal', () => '/api/tasks'],
    ['an unknown page', () => '/nothing/here'],
    ['a static file', () => asset],
  ])('%s has each security header once', async (_case, route) => {
    const { headers } = await nobody.call(route());
    // A header that was sent twice arrives here as one value with a comma.
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=[1-9]\d{7,}(; \w+)*$/); // at least 115 days
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toMatch(/^[a-z-]+$/);
    expect(headers.get('content-security-policy')).toMatch(/^[^,]*\bframe-ancestors '(none|self)'[^,]*$/);
    expect(headers.has('x-powered-by')).toBe(false);
  });

  test.each(['/api/metrics', '/api/metrics?x=1', '/api/metrics/', '//api/metrics', '/api/%6Detrics'])('no metrics at %s', async (route) => {
    const response = await fetch(base + route);
    expect(response.status).toBeOneOf([403, 404]);
    expect(await response.text()).not.toContain('octocode_');
  });

  test('static files stay in caches for good, and travel compressed where that is understood', async () => {
    expect(asset).not.toBe('');
    const get = (encoding: string) => nobody.call(asset, { headers: { 'accept-encoding': encoding } });
    const { status, headers } = await get('gzip');
    expect(status).toBe(200);
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(headers.get('vary')).toMatch(/accept-encoding/i);
    expect(headers.get('cache-control')?.split(/,\s*/).sort()).toEqual(['immutable', 'max-age=31536000', 'public']);
    expect((await get('identity')).headers.get('content-encoding')).toBeNull();
  });
});

describe('a person', () => {
  const person = visitor(base);
  const socketOf = (cookie: string, origin = base) => {
    const socket = io(base, { transports: ['websocket'], reconnection: false, forceNew: true, extraHeaders: { cookie, origin } });
    onTestFinished(() => void socket.disconnect());
    return socket;
  };
  /** "connected", or the reason why not. */
  const outcome = (socket: Socket) =>
    new Promise<string>((resolve) => {
      socket.on('connect', () => resolve('connected'));
      socket.on('connect_error', ({ message }) => resolve(message));
    });

  test('has no access without a session', async () => {
    expect((await person.call('/api/tasks')).status).toBe(401);
    expect((await person.post('/api/tasks', { title: 'Smoke test', prompt: 'Never to be made.' })).status).toBe(401);
    expect(await outcome(socketOf(''))).toBe('unauthorized');
  });

  test('is refused with a wrong password', async () => {
    expect(await person.signIn(email, `not ${password}`)).toBe(false);
    expect((await person.call('/api/tasks')).status).toBe(401);
  });

  test('signs in with the right one', async () => {
    expect(await person.signIn(email, password)).toBe(true);
    expect(await (await person.call('/api/auth/session')).json()).toMatchObject({ user: { email } });
    // The prefix shows that the app was told of the TLS in front of it: such a cookie never leaves it.
    expect(person.cookie().split('; ').map((pair) => pair.split('=')[0])).toContain('__Secure-authjs.session-token');
    expect((await person.call('/')).headers.get('location')).toBe('/dashboard');
  });

  test('cannot be followed by the page of another site', async () => {
    expect(await outcome(socketOf(person.cookie(), 'https://elsewhere.example'))).toBe('websocket error');
  });

  test('watches a task from its creation to its result', async () => {
    const socket = socketOf(person.cookie());
    const events: Omit<TaskEvent, 'teamId'>[] = [];
    socket.on('task', (event) => events.push(event));
    expect(await outcome(socket)).toBe('connected');

    const input = { title: `Smoke test of ${new Date().toISOString()}`, prompt: 'Go through everything once, please.' };
    const created = await person.post('/api/tasks', input);
    expect(created.status).toBe(201);
    const { id } = ((await created.json()) as { task: TaskView }).task;

    // Others of the team may be at work, too.
    const own = () => events.filter(({ task }) => task.id === id);
    await until('the result', () => own().at(-1)?.task.finishedAt, 45_000);
    const progress = own().map(({ task }) => task.progress);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(own().some(({ task }) => task.status === 'RUNNING' && task.progress > 0)).toBe(true);
    expect(own().some(({ line }) => line)).toBe(true);

    const { task } = (await (await person.call(`/api/tasks/${id}`)).json()) as { task: TaskView };
    expect(task).toMatchObject({ ...input, status: 'SUCCEEDED', progress: 100, result: expect.stringMatching(/\S/) });
  });

  test('has no access any more after signing out', async () => {
    const { csrfToken } = (await (await person.call('/api/auth/csrf')).json()) as { csrfToken: string };
    await person.call('/api/auth/signout', { method: 'POST', body: new URLSearchParams({ csrfToken }) });
    expect((await person.call('/api/tasks')).status).toBe(401);
    expect(await outcome(socketOf(person.cookie()))).toBe('unauthorized');
  });
});

test(`${burst} requests at once are more than one visitor may make, for a moment only`, async () => {
  const answers = await Promise.all(Array.from({ length: burst }, async () => {
    const response = await fetch(base);
    await response.arrayBuffer();
    return response.status;
  }));
  expect(new Set(answers)).toEqual(new Set([200, 429]));
  await until('the end of the refusals', async () => (await fetch(base)).status === 200, 30_000);
});
