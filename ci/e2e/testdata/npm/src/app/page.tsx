import { format } from '../lib/price.ts';

const articles = [
  { name: 'Lamp', cents: 4990 },
  { name: 'Table', cents: 129900 },
];

export default function Page() {
  return (
    <ul>
      {articles.map((article) => (
        <li key={article.name}>
          {article.name}: {format(article.cents)}
        </li>
      ))}
    </ul>
  );
}
