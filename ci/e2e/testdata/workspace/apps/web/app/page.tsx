import { Greeting } from '@monorepo/ui';

export default function Page() {
  return <Greeting name="monorepo" />;
}
