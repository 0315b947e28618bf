import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { chooseAgent } from '@/agent';
import { AnthropicAgent } from '@/agent/anthropic';
import { LocalAgent } from '@/agent/local';
import { AgentError } from '@/agent/types';
import { readWorkerEnv } from '@/lib/env';
import { never, recorder, task } from '../helpers/recorder';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A stand-in for the API on this machine; returns its address. */
async function api(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void): Promise<string> {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk));
    request.on('end', () => answer(request, response, body));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const events = (...list: object[]) => list.map((event) => `event: x\ndata: ${JSON.stringify(event)}\n\n`).join('');
const text = (value: string) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text: value } });
const stop = (reason: string) => ({ type: 'message_delta', delta: { stop_reason: reason } });

async function run(baseUrl: string, signal = never, timeoutMs = 5_000) {
  const { told, reporter } = recorder();
  const agent = new AnthropicAgent({ key: 'sk-test', model: 'a-model', baseUrl, timeoutMs });
  const result = await agent.run(task, reporter, signal).catch((error: unknown) => error);
  return { told, result };
}

test('asks once, streams, and reports what the model writes', async () => {
  let asked: { headers: IncomingMessage['headers']; body: Record<string, unknown> } | undefined;
  const url = await api((request, response, body) => {
    asked = { headers: request.headers, body: JSON.parse(body) as Record<string, unknown> };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(events({ type: 'message_start' }, text('PLAN\n1. Think\n2. Write\n## ST')));
    response.end(events(text('EP 1\nThinking.\n## STEP 2\nWriting.\n## RESULT\nHel'), text('lo.'), stop('end_turn')));
  });
  const { told, result } = await run(url);
  expect(result).toBe('Hello.');
  expect(told).toEqual(['say Asking a-model.', 'plan Think | Write', 'begin 0', 'say Thinking.', 'begin 1', 'say Writing.']);
  expect(asked?.headers).toMatchObject({ 'x-api-key': 'sk-test', 'anthropic-version': '2023-06-01' });
  expect(asked?.body).toMatchObject({ model: 'a-model', stream: true, messages: [{ role: 'user', content: `${task.title}\n\n${task.prompt}` }] });
});

describe('says why it failed:', () => {
  test.each([
    [401, 'The API key was not accepted. Check ANTHROPIC_API_KEY. (HTTP 401) It said: because'],
    [404, 'The model does not exist. Check ANTHROPIC_MODEL. (HTTP 404) It said: because'],
    [429, 'The rate limit of the API key is reached. Retry later. (HTTP 429) It said: because'],
    [503, 'The API has trouble of its own. Retry later. (HTTP 503) It said: because'],
  ])('HTTP %i', async (status, message) => {
    const url = await api((_, response) => response.writeHead(status).end('{"error":{"message":"because"}}'));
    expect((await run(url)).result).toEqual(new AgentError(message));
  });
  test('an error within the stream', async () => {
    const url = await api((_, response) => response.end(events(text('PLAN'), { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })));
    expect((await run(url)).result).toEqual(new AgentError('The API broke the answer off: Overloaded'));
  });
  test('a connection that ends too early', async () => {
    const url = await api((_, response) => response.end(events(text('## RESULT\nHalf'))));
    expect((await run(url)).result).toEqual(new AgentError('The answer stopped in the middle: the connection was closed too early.'));
  });
  test('a refusal, and an empty answer', async () => {
    let reason = 'refusal';
    const url = await api((_, response) => response.end(events(stop(reason))));
    expect((await run(url)).result).toEqual(new AgentError('The model declined this task.'));
    reason = 'end_turn';
    expect((await run(url)).result).toEqual(new AgentError('The model answered with nothing.'));
  });
  test('nobody there', async () => {
    expect((await run('http://127.0.0.1:1')).result).toMatchObject({ name: 'AgentError', message: expect.stringMatching(/^The connection to the API failed: /) });
  });
  test('no end in sight', async () => {
    const url = await api((_, response) => response.writeHead(200).write(events(text('PLAN'))));
    expect((await run(url, never, 80)).result).toEqual(new AgentError('The model took too long and was stopped.'));
  });
});

test('a cut answer is a result with a warning', async () => {
  const url = await api((_, response) => response.end(events(text('## RESULT\nAs far as it got'), stop('max_tokens'))));
  const { told, result } = await run(url);
  expect(result).toBe('As far as it got');
  expect(told.at(-1)).toBe('warn The answer was cut at 2000 tokens.');
});

test('stops with the reason it was given', async () => {
  const url = await api((_, response) => response.writeHead(200).write(events(text('PLAN'))));
  const controller = new AbortController();
  const reason = new Error('closing time');
  setTimeout(() => controller.abort(reason), 60);
  expect((await run(url, controller.signal)).result).toBe(reason);
});

test('is chosen by the key', () => {
  const services = { DATABASE_URL: 'postgresql://db/x', REDIS_URL: 'redis://r' };
  expect(chooseAgent(readWorkerEnv(services))).toBeInstanceOf(LocalAgent);
  const agent = chooseAgent(readWorkerEnv({ ...services, ANTHROPIC_API_KEY: 'sk', ANTHROPIC_MODEL: 'm' }));
  expect(agent).toBeInstanceOf(AnthropicAgent);
  expect(agent.name).toBe('m');
});
