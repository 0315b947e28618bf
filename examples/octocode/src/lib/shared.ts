/**
 * A value that exists once in the process. Next.js bundles instrumentation and routes apart, so a module-level
 * variable would exist several times; hot reload would add a connection with every edit, too.
 */
export function shared<T>(name: string, create: () => T): T {
  const store = globalThis as unknown as Record<symbol, T | undefined>;
  return (store[Symbol.for(`octocode.${name}`)] ??= create());
}

/** The shared value if somebody has made it already: for shutting down without opening anything first. */
export function existing<T>(name: string): T | undefined {
  return (globalThis as unknown as Record<symbol, T | undefined>)[Symbol.for(`octocode.${name}`)];
}
