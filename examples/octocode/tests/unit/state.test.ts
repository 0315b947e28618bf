import { describe, expect, test } from 'vitest';
import { TaskStatus as PrismaStatus } from '@/generated/prisma/enums';
import { allows, isFinished, percent, sources, target, TASK_STATUSES, type TaskAction } from '@/tasks/state';

const ALLOWED: Record<TaskAction, string[]> = {
  start: ['QUEUED', 'RUNNING'],
  succeed: ['RUNNING'],
  fail: ['QUEUED', 'RUNNING'],
  handBack: ['RUNNING'],
  retry: ['FAILED'],
};

describe.each(Object.entries(ALLOWED) as [TaskAction, string[]][])('%s', (action, from) => {
  test.each(TASK_STATUSES)('from %s', (status) => expect(allows(status, action)).toBe(from.includes(status)));
  test('leads to a known status', () => expect(TASK_STATUSES).toContain(target(action)));
});

test('nothing leaves SUCCEEDED', () => {
  for (const action of Object.keys(ALLOWED) as TaskAction[]) expect(sources(action)).not.toContain('SUCCEEDED');
});

test('the statuses are those of the database', () => expect([...TASK_STATUSES]).toEqual(Object.values(PrismaStatus)));

test('only the two ends are finished', () => expect(TASK_STATUSES.filter(isFinished)).toEqual(['SUCCEEDED', 'FAILED']));

test.each([[0, 5, 0], [1, 3, 33], [4, 5, 80], [5, 5, 99], [9, 5, 99], [-1, 5, 0], [1, 0, 0]])(
  '%i of %i steps are %i %%',
  (done, all, expected) => expect(percent(done, all)).toBe(expected),
);
