import { describe, expect, test } from 'vitest';
import { LocalAgent, topicOf } from '@/agent/local';
import { AgentError } from '@/agent/types';
import { never, recorder, task } from '../helpers/recorder';

const agent = new LocalAgent(0);
const run = async (changes: Partial<typeof task> = {}) => {
  const { told, reporter } = recorder();
  const result = await agent.run({ ...task, ...changes }, reporter, never).catch((error: unknown) => error);
  return { told, result };
};

test('plans, takes each step once and in order, and ends with a result', async () => {
  const { told, result } = await run();
  expect(told[0]).toMatch(/^plan Read the task \| .+ \| .+ \| Make the change \| Run the checks$/);
  expect(told.filter((line) => line.startsWith('begin'))).toEqual(['begin 0', 'begin 1', 'begin 2', 'begin 3', 'begin 4']);
  expect(result).toMatch(/^Greet people: done\.\n/);
});

test('the same task always gets the same answer, another one another', async () => {
  expect(await run()).toEqual(await run({ id: 'other id' }));
  expect((await run()).told).not.toEqual((await run({ prompt: 'Say goodbye to everybody instead, please.' })).told);
});

describe('failures on demand', () => {
  test('[fail] fails in the checks with a reason, each time', async () => {
    for (const attempt of [1, 2]) {
      const { told, result } = await run({ prompt: 'Break this. [fail]', attempt });
      expect(result).toBeInstanceOf(AgentError);
      expect((result as Error).message).toMatch(/^The checks failed: [123] of \d+ did not pass\./);
      expect(told.at(-1)).toBe('begin 4');
    }
  });
  test('[flaky] fails only the first time', async () => {
    expect((await run({ prompt: 'Break this. [flaky]' })).result).toBeInstanceOf(AgentError);
    expect((await run({ prompt: 'Break this. [flaky]', attempt: 2 })).result).toContain('done.');
  });
});

test('stops at once, with the reason it was given', async () => {
  const { told, reporter } = recorder();
  const controller = new AbortController();
  const reason = new Error('closing time');
  const running = new LocalAgent(60_000).run(task, reporter, controller.signal);
  setTimeout(() => controller.abort(reason), 20);
  await expect(running).rejects.toBe(reason);
  expect(told).toHaveLength(2);
});

test.each([
  ['The list is slow', 'src/hot-path'],
  ['Bump the compiler', 'package.json'],
  ['Explain the retry', 'docs'],
  ['Add a migration', 'prisma'],
  ['More tests', 'tests'],
  ['A dark page', 'src/app'],
  ['Crash on start', 'src/core'],
  ['Something else', 'src'],
])('"%s" is about %s', (title, area) => expect(topicOf({ title, prompt: '' }).area).toBe(area));
