type Entry = { name: string; text: string };

const entries: Entry[] = [{ name: 'Ada', text: 'A lovely engine.' }];

export default function Page() {
  return (
    <dl>
      {entries.map((entry) => (
        <div key={entry.name}>
          <dt>{entry.name}</dt>
          <dd>{entry.text}</dd>
        </div>
      ))}
    </dl>
  );
}
