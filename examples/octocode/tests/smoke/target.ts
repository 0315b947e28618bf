/** The deployed stack that is tested, and the account to do it with. */
export interface Target {
  /** Address without a slash at its end. */
  base: string;
  /** The same, without TLS. */
  plain: string;
  email: string;
  password: string;
  /** Requests at once that are more than the rate limit lets through. */
  burst: number;
}

type Source = Record<string, string | undefined>;

/**
 * Reads BASE_URL (https), HTTP_URL (default: BASE_URL as http), SMOKE_EMAIL (default: the account of the seed),
 * SMOKE_PASSWORD and SMOKE_BURST (default 400). What cannot be used is an error of one line that tells the cure.
 * The certificate is always verified: with a private authority, its certificate has to be in NODE_EXTRA_CA_CERTS.
 */
export function target(env: Source = process.env): Target {
  const base = origin('BASE_URL', 'https:', env.BASE_URL);
  const { host, port } = new URL(base);
  if (port && !env.HTTP_URL) throw new Error('HTTP_URL is not set: BASE_URL has a port of its own, so name the one of plain HTTP as well.');
  if (!env.SMOKE_PASSWORD) throw new Error('SMOKE_PASSWORD is not set: give the password that SEED_PASSWORD was when the demo data were made.');
  const burst = Number(env.SMOKE_BURST || 400);
  if (!Number.isInteger(burst) || burst < 1) throw new Error(`SMOKE_BURST is "${env.SMOKE_BURST}": give a whole number of requests, for example SMOKE_BURST=400`);
  return {
    base,
    plain: origin('HTTP_URL', 'http:', env.HTTP_URL || `http://${host}`),
    email: env.SMOKE_EMAIL || 'demo@octocode.example',
    password: env.SMOKE_PASSWORD,
    burst,
  };
}

function origin(name: string, protocol: string, value: string | undefined): string {
  const cure = `for example ${name}=${protocol}//oc_nginx`;
  if (!value) throw new Error(`${name} is not set: give the address of a running stack, ${cure}`);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== protocol || url.pathname !== '/') throw new Error(`${name} is "${value}": give an address with ${protocol}// and no path, ${cure}`);
  return url.origin;
}

/** For a global setup: a wrong variable ends the run with one line, where an exception would come with a stack trace. */
export function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}
