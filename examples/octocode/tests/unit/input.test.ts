import { describe, expect, test } from 'vitest';
import { credentials, fieldErrors, listQuery, newTask, taskId } from '@/tasks/input';

describe('a new task', () => {
  test('is trimmed', () => {
    expect(newTask.parse({ title: '  Fix it ', prompt: ' It does not work at all. ' })).toEqual({ title: 'Fix it', prompt: 'It does not work at all.' });
  });
  test('gets one message a field', () => {
    const parsed = newTask.safeParse({ title: '  a ', prompt: '' });
    expect(parsed.success || fieldErrors(parsed.error)).toEqual({
      title: 'The title needs at least 3 characters.',
      prompt: 'Describe the task in at least 10 characters.',
    });
  });
  test.each([
    { title: 'x'.repeat(121), prompt: 'long enough text' },
    { title: 'fine', prompt: 'x'.repeat(8_001) },
    { title: 'fine', prompt: 'long enough text', status: 'SUCCEEDED' },
    { title: 1, prompt: 'long enough text' },
    null,
  ])('is refused: %#', (value) => expect(newTask.safeParse(value).success).toBe(false));
});

test.each([
  [{}, { limit: 50 }],
  [{ status: 'FAILED', limit: '3' }, { status: 'FAILED', limit: 3 }],
])('list query %o', (query, expected) => expect(listQuery.parse(query)).toEqual(expected));

test.each([{ limit: '0' }, { limit: '101' }, { limit: 'many' }, { status: 'failed' }])('list query %o is refused', (query) =>
  expect(listQuery.safeParse(query).success).toBe(false));

test.each(['cmwsttkaj00005m7dghk8j95c', 'seed_task_docs'])('%s is a task id', (id) => expect(taskId.parse(id)).toBe(id));
test.each(['', 'a', '../etc', 'a b c d e', 'x'.repeat(65)])('"%s" is no task id', (id) => expect(taskId.safeParse(id).success).toBe(false));

test('addresses are compared in lower case', () => {
  expect(credentials.parse({ email: ' Dana@Team.Example ', password: ' p ' })).toEqual({ email: 'dana@team.example', password: ' p ' });
  expect(credentials.safeParse({ email: 'dana', password: 'p' }).success).toBe(false);
  expect(credentials.safeParse({ email: 'dana@team.example', password: 'x'.repeat(201) }).success).toBe(false);
});
