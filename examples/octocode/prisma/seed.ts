import { randomBytes } from 'node:crypto';
import { hashPassword, verifyPassword } from '../src/auth/password';
import { TaskStatus } from '../src/generated/prisma/client';
import { createDb } from '../src/server/db';
import { databaseUrl } from './database-url';

const EMAIL = 'demo@octocode.example';
const LOCAL_PASSWORD = 'octocode-demo';

const TASKS = [
  {
    id: 'seed_task_welcome',
    title: 'Add a health check to the API',
    prompt: 'Answer GET /api/health with the state of the database and of Redis, and use 503 when one of them is down.',
    status: TaskStatus.SUCCEEDED,
    steps: ['Read the task', 'Find the places that matter', 'Compare two ways to do it', 'Make the change', 'Run the checks'],
    result: 'Add a health check to the API: done.\n\nThe route asks both with a time limit of 1.5 s, so a hanging database cannot hang the check.',
    lines: ['Agent "local" has started.', '5 files in src look relevant.', 'Changed 1 file, 24 lines.', '31 of 31 checks passed.', 'Finished.'],
    minutesAgo: 55,
  },
  {
    id: 'seed_task_docs',
    title: 'Explain the queue in the README',
    prompt: 'Document how a task gets from the form to a worker and back, with one small diagram.',
    status: TaskStatus.SUCCEEDED,
    steps: ['Read the task', 'Find the places that matter', 'Draft the text from what the code does', 'Make the change', 'Run the checks'],
    result: 'Explain the queue in the README: done.\n\nThe new section names each hop and what happens when it is away.',
    lines: ['Agent "local" has started.', '3 files in docs look relevant.', 'Changed 1 file, 18 lines.', 'Finished.'],
    minutesAgo: 34,
  },
  {
    id: 'seed_task_failed',
    title: 'Fix the flaky login test',
    prompt: 'The login test fails about once in twenty runs. Find out why and fix it. [flaky]',
    status: TaskStatus.FAILED,
    steps: ['Read the task', 'Find the places that matter', 'Reproduce the fault in a failing test', 'Make the change', 'Run the checks'],
    failureReason: 'The checks failed: 1 of 20 did not pass. The change was not kept.',
    lines: ['Agent "local" has started.', '4 files in src/core look relevant.', 'The checks failed: 1 of 20 did not pass. The change was not kept.'],
    minutesAgo: 12,
  },
];

const url = databaseUrl();
if (!url) {
  console.error('seed: set DATABASE_URL or DATABASE_URL_FILE.');
  process.exit(1);
}
const db = createDb(url, 1);

/** Chosen by SEED_PASSWORD; well known on a developer's machine; made up and shown once in production. */
function firstPassword(): string {
  if (process.env.SEED_PASSWORD) return process.env.SEED_PASSWORD;
  if (process.env.NODE_ENV !== 'production') return LOCAL_PASSWORD;
  const made = randomBytes(12).toString('base64url');
  console.log(`seed: password of ${EMAIL}: ${made}`);
  return made;
}

async function demoUser() {
  const known = await db.user.findUnique({ where: { email: EMAIL } });
  if (!known) {
    return db.user.create({
      data: {
        email: EMAIL,
        name: 'Dana Demo',
        passwordHash: await hashPassword(firstPassword()),
        team: { connectOrCreate: { where: { slug: 'demo' }, create: { slug: 'demo', name: 'Reef crew' } } },
      },
    });
  }
  const wanted = process.env.SEED_PASSWORD;
  if (!wanted || (await verifyPassword(wanted, known.passwordHash))) return known;
  return db.user.update({ where: { id: known.id }, data: { passwordHash: await hashPassword(wanted) } });
}

async function main(): Promise<void> {
  const user = await demoUser();
  let added = 0;
  for (const { lines, minutesAgo, ...task } of TASKS) {
    if (await db.task.count({ where: { id: task.id } })) continue;
    const at = (seconds: number) => new Date(Date.now() - minutesAgo * 60_000 + seconds * 1000);
    const failed = task.status === TaskStatus.FAILED;
    await db.task.create({
      data: {
        ...task,
        agent: 'local',
        progress: failed ? 80 : 100,
        currentStep: task.steps.length - 1,
        teamId: user.teamId,
        createdById: user.id,
        createdAt: at(0),
        startedAt: at(1),
        finishedAt: at(lines.length + 1),
        logs: {
          create: lines.map((message, i) => ({
            message,
            level: failed && i === lines.length - 1 ? 'error' : 'info',
            at: at(i + 1),
          })),
        },
      },
    });
    added += 1;
  }
  console.log(`seed: ${EMAIL} is there, ${added} tasks added.`);
}

main()
  .catch((error: unknown) => {
    console.error(`seed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  })
  .finally(() => db.$disconnect());
