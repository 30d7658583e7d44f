import { PageSizes, PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from '@cantoo/pdf-lib';

export interface PdfColumn {
  readonly title: string;
  /** Share of the width, beside those of the others. */
  readonly weight: number;
  /** Amounts stand at the right. */
  readonly right?: boolean;
}

export interface PdfTable {
  readonly title: string;
  readonly columns: readonly PdfColumn[];
  readonly rows: readonly (readonly string[])[];
  /** Rows at the end, in bold under a line. */
  readonly totals?: readonly (readonly string[])[];
}

export interface PdfReport {
  readonly title: string;
  /** Names and values below the title. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly tables: readonly PdfTable[];
  /** Stands on each page beside its number. */
  readonly footer: string;
  /** The document's own date; the file says nothing of when it was made. */
  readonly at: Date;
}

const [width, height] = [PageSizes.A4[1], PageSizes.A4[0]];
const margin = 40;
const bottom = 48;
const size = 8;
const line = 12;
const black = rgb(0.1, 0.1, 0.1);
const grey = rgb(0.45, 0.45, 0.45);
const rule = rgb(0.75, 0.75, 0.75);

/** Pages in A4, landscape: the same report gives the same bytes. */
export async function pdfReport(report: PdfReport): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  const fonts = {
    plain: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
  };
  document.setTitle(shownIn(fonts.plain, report.title));
  document.setCreationDate(report.at);
  document.setModificationDate(report.at);
  const paper = new Paper(document, fonts);
  paper.heading(report.title, 15);
  for (const [name, value] of report.facts) paper.fact(name, value);
  for (const table of report.tables) paper.table(table);
  paper.footers(report.footer);
  return document.save({ useObjectStreams: false });
}

interface Fonts {
  readonly plain: PDFFont;
  readonly bold: PDFFont;
}

class Paper {
  private readonly document: PDFDocument;
  private readonly fonts: Fonts;
  private page: PDFPage;
  private y = height - margin;

  constructor(document: PDFDocument, fonts: Fonts) {
    this.document = document;
    this.fonts = fonts;
    this.page = document.addPage([width, height]);
  }

  heading(text: string, points: number): void {
    this.room(points + line);
    this.y -= points;
    this.put(text, margin, points, this.fonts.bold);
    this.y -= line;
  }

  fact(name: string, value: string): void {
    const indent = 110;
    for (const [index, part] of wrapped(this.fonts.plain, value, width - 2 * margin - indent).entries()) {
      this.room(line);
      this.y -= line;
      if (index === 0) this.put(name, margin, size, this.fonts.plain, grey);
      this.put(part, margin + indent, size, this.fonts.plain);
    }
  }

  table({ title, columns, rows, totals = [] }: PdfTable): void {
    this.room(7 * line);
    this.y -= line;
    this.heading(title, 11);
    const places = placesOf(columns);
    this.header(columns, places);
    for (const row of rows) this.row(row, columns, places, this.fonts.plain);
    if (totals.length > 0) this.across();
    for (const row of totals) this.row(row, columns, places, this.fonts.bold);
  }

  footers(text: string): void {
    const pages = this.document.getPages();
    for (const [index, page] of pages.entries()) {
      const number = `Page ${index + 1} of ${pages.length}`;
      const right = width - margin - this.fonts.plain.widthOfTextAtSize(number, 7);
      page.drawText(shownIn(this.fonts.plain, text), {
        x: margin,
        y: 26,
        size: 7,
        font: this.fonts.plain,
        color: grey,
      });
      page.drawText(number, { x: right, y: 26, size: 7, font: this.fonts.plain, color: grey });
    }
  }

  private header(columns: readonly PdfColumn[], places: readonly Place[]): void {
    this.line(
      columns.map(({ title }) => [title]),
      columns,
      places,
      this.fonts.bold,
    );
    this.across();
  }

  private row(cells: readonly string[], columns: readonly PdfColumn[], places: readonly Place[], font: PDFFont): void {
    const lines = columns.map((_, index) => wrapped(font, cells[index] ?? '', places[index]?.width ?? 0));
    const needed = Math.max(...lines.map(({ length }) => length)) * line;
    if (this.y - needed < bottom) {
      this.next();
      this.header(columns, places);
    }
    this.line(lines, columns, places, font);
  }

  private line(
    cells: readonly (readonly string[])[],
    columns: readonly PdfColumn[],
    places: readonly Place[],
    font: PDFFont,
  ): void {
    const count = Math.max(...cells.map(({ length }) => length));
    for (let index = 0; index < count; index += 1) {
      this.y -= line;
      for (const [column, { right }] of columns.entries()) {
        const text = cells[column]?.[index];
        const place = places[column];
        if (!text || !place) continue;
        const shift = right ? place.width - font.widthOfTextAtSize(shownIn(font, text), size) : 0;
        this.put(text, place.x + shift, size, font);
      }
    }
  }

  private across(): void {
    this.y -= 3;
    this.page.drawLine({
      start: { x: margin, y: this.y },
      end: { x: width - margin, y: this.y },
      thickness: 0.5,
      color: rule,
    });
  }

  private put(text: string, x: number, points: number, font: PDFFont, color = black): void {
    this.page.drawText(shownIn(font, text), { x, y: this.y, size: points, font, color });
  }

  private room(needed: number): void {
    if (this.y - needed < bottom) this.next();
  }

  private next(): void {
    this.page = this.document.addPage([width, height]);
    this.y = height - margin;
  }
}

interface Place {
  readonly x: number;
  readonly width: number;
}

const gap = 8;

function placesOf(columns: readonly PdfColumn[]): Place[] {
  const unit = (width - 2 * margin) / columns.reduce((sum, { weight }) => sum + weight, 0);
  let x = margin;
  return columns.map(({ weight }) => {
    const place = { x, width: weight * unit - gap };
    x += weight * unit;
    return place;
  });
}

/** Lines no wider than the room; a word that is wider is broken. */
function wrapped(font: PDFFont, text: string, room: number): string[] {
  const fits = (part: string): boolean => font.widthOfTextAtSize(part, size) <= room;
  const lines: string[] = [];
  let current = '';
  for (const word of shownIn(font, text).split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (fits(longer)) {
      current = longer;
      continue;
    }
    if (current !== '') lines.push(current);
    current = '';
    for (const character of word) {
      if (!fits(current + character) && current !== '') {
        lines.push(current);
        current = '';
      }
      current += character;
    }
  }
  return [...lines, current];
}

const known = new WeakMap<PDFFont, ReadonlySet<number>>();

/** The standard fonts have Western letters only: accents are taken off where that helps, what is left is a question mark. */
function shownIn(font: PDFFont, text: string): string {
  const letters = known.get(font) ?? new Set(font.getCharacterSet());
  known.set(font, letters);
  const has = (character: string): boolean => letters.has(character.codePointAt(0) ?? 0);
  const shown = (character: string): string => {
    if (has(character)) return character;
    const bare = character.normalize('NFKD').replace(/\p{M}/gu, '');
    return bare !== '' && [...bare].every(has) ? bare : /\s/u.test(character) ? ' ' : '?';
  };
  return [...text.normalize('NFC')].map(shown).join('');
}
