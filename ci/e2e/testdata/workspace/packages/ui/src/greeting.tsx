export function Greeting({ name }: { name: string }) {
  return <p className="greeting">{`Hello ${name}, from a package of the workspace`}</p>;
}
