import { describe, expect, test } from 'vitest';
import { realtimeUrl } from '@/components/realtime-url';
import { countByStatus, tasksReducer } from '@/components/tasks-state';
import { ago } from '@/components/useNow';
import type { TaskView } from '@/tasks/view';

const page = { protocol: 'https:', hostname: 'octocode.example', origin: 'https://octocode.example:8443' };
test.each([
  [':3001', 'https://octocode.example:3001'],
  ['/', 'https://octocode.example:8443'],
  ['https://rt.example', 'https://rt.example'],
])('REALTIME_URL %s leads to %s', (setting, expected) => expect(realtimeUrl(setting, page)).toBe(expected));

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const task = (id: string, changes: Partial<TaskView> = {}): TaskView => ({
  id, title: id, prompt: '', status: 'QUEUED', progress: 0, steps: [], currentStep: 0, agent: null, result: null,
  failureReason: null, attempt: 1, createdBy: 'Dana', createdAt: at(0), updatedAt: at(0), startedAt: null, finishedAt: null,
  ...changes,
});

describe('the list of tasks', () => {
  const start = { tasks: [task('b', { createdAt: at(2) }), task('a', { createdAt: at(1) })], lastLine: {} };

  test('takes new tasks in at their place', () => {
    const { tasks } = tasksReducer(start, { kind: 'one', event: { task: task('c', { createdAt: at(3) }) } });
    expect(tasks.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });
  test('updates a task and keeps what its agent said', () => {
    const line = { id: 1, attempt: 1, level: 'info', message: 'Here I am.', at: at(5) };
    const next = tasksReducer(start, { kind: 'one', event: { task: task('a', { status: 'RUNNING', updatedAt: at(5) }), line } });
    expect(next.tasks.map(({ status }) => status)).toEqual(['QUEUED', 'RUNNING']);
    expect(next.lastLine).toEqual({ a: 'Here I am.' });
  });
  test('an answer that was overtaken by an event does not turn the clock back', () => {
    const event = { task: task('a', { status: 'SUCCEEDED', updatedAt: at(9) }) };
    const late = [task('b'), task('a', { status: 'RUNNING', updatedAt: at(8) })];
    const next = tasksReducer(tasksReducer(start, { kind: 'one', event }), { kind: 'all', tasks: late });
    expect(next.tasks.map(({ status }) => status)).toEqual(['QUEUED', 'SUCCEEDED']);
  });
  test('is counted by status', () => {
    expect(countByStatus([...start.tasks, task('c', { status: 'FAILED' })])).toEqual({ QUEUED: 2, RUNNING: 0, SUCCEEDED: 0, FAILED: 1 });
  });
});

test.each([[3, 'just now'], [42, '42 s ago'], [119, '1 min ago'], [7_300, '2 h ago'], [200_000, '2 d ago'], [-5, 'just now']])(
  '%i s: %s',
  (seconds, expected) => expect(ago(at(0), Date.parse(at(0)) + seconds * 1000)).toBe(expected),
);
