/** Names that break careless software. Raw text: a registered customer's own name has `&` escaped on top of this. */
export const hostileNames: readonly (readonly [first: string, last: string, company: string])[] = [
  ['Seán', 'O\'Brien: & Sons, "Ltd"', "O'Brien: & Sons <Ltd>"],
  ['太郎', '山田', ''],
  ['محمد', 'الأحمد', ''],
  ['Sam 🎉', 'Party', ''],
  ['Tab\tby', 'New\nLine', ''],
  ['Łukasz', 'Żółć-Wąż', ''],
  ['Zoë', 'Ångström', 'Müller &amp; Söhne <b>GmbH</b>'],
  [`Maximiliana${'-Alexandra'.repeat(12)}-Eva`, `von und zu ${'Hohenstein-'.repeat(12)}Berg`, `${'Sehr lange '.repeat(22)}Firma`],
  ['JOHN', 'SMITH', ''],
  ['=SUM(A1)', '@Formula', '+1+1'],
  ['  Spacey  ', ' McSpace', ''],
  ['Null', 'Undefined', 'null'],
  ['', '', ''],
];

export const firstNames: readonly string[] = [
  'John', 'Anna', 'Bob', 'Chloé', 'Dmitri', 'Eve', 'Frank', 'Grace', 'Heidi', 'Ivan', 'Judy', 'Karl', 'Liam', 'Mia', 'Noah', 'Olga',
  'Pia', 'Quinn', 'Rosa', 'Sven', 'Tara', 'Uwe', 'Vera', 'Walt', 'Xenia', 'Yann', 'Zora',
];

export const lastNames: readonly string[] = [
  'Smith', 'Müller', 'Lee', 'O’Hara', 'Nguyễn', 'García', 'Kowalski', 'Schmidt', 'Rossi', 'Jensen', 'Dubois', 'Novák', 'Silva', 'Khan',
  'Brown', 'Weber', 'Fischer', 'Sato', 'Haddad', 'Okafor',
];

/** Words for generated product names. */
export const productWords: readonly (readonly string[])[] = [
  ['Blue', 'Red', 'Green', 'Small', 'Large', 'Antique', 'Modern', 'Plain', 'Striped', 'Round', 'Square', 'Tall'],
  ['Mug', 'Plate', 'Bowl', 'Teapot', 'Vase', 'Lamp', 'Tray', 'Jug', 'Candle', 'Basket', 'Clock', 'Spoon', 'Napkin', 'Coaster', 'Kettle'],
];
