import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** These may come as NAME or as NAME_FILE, a path to a mounted secret. A value that is set wins over its file. */
export const SECRET_VARIABLES = ['DATABASE_URL', 'REDIS_URL', 'AUTH_SECRET', 'ANTHROPIC_API_KEY'] as const;

const url = (...schemes: string[]) =>
  z.string().refine(
    (value) => URL.canParse(value) && schemes.some((scheme) => value.startsWith(`${scheme}://`)),
    { error: `must be a URL that starts with ${schemes.map((s) => `${s}://`).join(' or ')}` },
  );
const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
const seconds = (fallback: number) => z.coerce.number().min(0).max(600).default(fallback);
const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((item) => item.trim()).filter(Boolean));

const common = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  DATABASE_URL: url('postgres', 'postgresql'),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(5),
  REDIS_URL: url('redis', 'rediss'),
  QUEUE_PREFIX: z.string().regex(/^[\w-]+$/, { error: 'may hold letters, digits, "_" and "-" only' }).default('octocode'),
  APP_VERSION: z.string().default('dev'),
});

const app = common.extend({
  AUTH_SECRET: z.string().min(32, { error: 'must have at least 32 characters' }),
  REALTIME_PORT: port(3001),
  REALTIME_URL: z.string().default(''),
  REALTIME_ORIGINS: list,
  DRAIN_SECONDS: seconds(3),
});

const worker = common.extend({
  WORKER_PORT: port(3002),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(50).default(2),
  WORKER_DRAIN_SECONDS: seconds(8),
  AGENT_STEP_DELAY_MS: z.coerce.number().int().min(0).max(60_000).default(900),
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_MODEL: z.string().default('claude-sonnet-4-5'),
  ANTHROPIC_BASE_URL: url('http', 'https').default('https://api.anthropic.com'),
});

export type CommonEnv = z.infer<typeof common>;
export type AppEnv = z.infer<typeof app>;
export type WorkerEnv = z.infer<typeof worker>;
type Source = Record<string, string | undefined>;

export class EnvError extends Error {
  override name = 'EnvError';
}

/** Compose and shells pass an unset variable as an empty string: both mean "not set". */
function withSecretFiles(source: Source): Source {
  const result = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  for (const name of SECRET_VARIABLES) {
    const path = result[`${name}_FILE`];
    if (result[name] !== undefined || path === undefined) continue;
    try {
      result[name] = readFileSync(path, 'utf8').trim();
    } catch (error) {
      throw new EnvError(`${name}_FILE: cannot read ${path} (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  return result;
}

function read<T extends z.ZodType>(schema: T, source: Source): z.infer<T> {
  const values = withSecretFiles(source);
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  // The value itself is never repeated: it may be a secret.
  const lines = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    const orFile = (SECRET_VARIABLES as readonly string[]).includes(name) ? ` (or ${name}_FILE)` : '';
    return values[name] === undefined ? `${name}${orFile} is not set` : `${name} ${issue.message}`;
  });
  throw new EnvError(`The environment is not usable:\n  ${lines.join('\n  ')}`);
}

export const readCommonEnv = (source: Source = process.env): CommonEnv => read(common, source);
export const readAppEnv = (source: Source = process.env): AppEnv => read(app, source);
export const readWorkerEnv = (source: Source = process.env): WorkerEnv => read(worker, source);

/** Read at first use and then kept, because `next build` loads every module without any of these variables. */
const once = <T>(load: () => T) => {
  let value: T | undefined;
  return () => (value ??= load());
};
export const commonEnv = once(readCommonEnv);
export const appEnv = once(readAppEnv);
export const workerEnv = once(readWorkerEnv);

/** What the page tells the browser about the realtime port; see components/realtime-url.ts for the forms. */
export const realtimeSetting = (): string => appEnv().REALTIME_URL || `:${appEnv().REALTIME_PORT}`;
