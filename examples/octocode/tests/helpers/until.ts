/** Waits until `check` gives something other than false, null or undefined. */
export async function until<T>(what: string, check: () => Promise<T> | T, ms = 10_000): Promise<Exclude<T, false | null | undefined>> {
  const end = Date.now() + ms;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await check();
      if (value) return value as Exclude<T, false | null | undefined>;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${what}: not within ${ms} ms`, { cause: last });
}
