export type OutlineEvent =
  | { kind: 'plan'; steps: string[] }
  | { kind: 'begin'; step: number }
  | { kind: 'say'; text: string };

/**
 * Reads the model's answer line by line while it arrives. Agreed form: a PLAN with numbered steps, then a heading
 * "## STEP n" for each with a few lines of work, then "## RESULT". A model that keeps to no form at all still ends
 * with a result: everything it wrote.
 */
export class OutlineReader {
  private readonly steps: string[] = [];
  private readonly all: string[] = [];
  private readonly resultLines: string[] = [];
  private section: 'plan' | 'step' | 'result' = 'plan';
  private planned = false;
  private rest = '';

  push(text: string): OutlineEvent[] {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.line(line));
  }

  end(): OutlineEvent[] {
    const last = this.rest;
    this.rest = '';
    return last ? this.line(last) : [];
  }

  get result(): string {
    return (this.resultLines.length ? this.resultLines : this.all).join('\n').trim();
  }

  private line(line: string): OutlineEvent[] {
    this.all.push(line);
    const step = /^#+\s*STEP\s+(\d+)/i.exec(line);
    if (step) {
      this.section = 'step';
      const index = Math.min(Number(step[1]), Math.max(this.steps.length, 1)) - 1;
      return [...this.plan(), { kind: 'begin', step: Math.max(index, 0) }];
    }
    if (/^#+\s*RESULT\b/i.test(line)) {
      this.section = 'result';
      return this.plan();
    }
    if (this.section === 'result') {
      this.resultLines.push(line);
      return [];
    }
    if (this.section === 'plan') {
      const item = /^\s*\d+[.)]\s+(.+)$/.exec(line);
      if (item?.[1]) this.steps.push(item[1].trim().slice(0, 120));
      return [];
    }
    const text = line.trim();
    return text ? [{ kind: 'say', text: text.slice(0, 500) }] : [];
  }

  /** The plan is complete as soon as something else begins. */
  private plan(): OutlineEvent[] {
    if (this.planned || this.steps.length === 0) return [];
    this.planned = true;
    return [{ kind: 'plan', steps: [...this.steps] }];
  }
}
