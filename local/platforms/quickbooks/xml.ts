import { parseExact } from '#shared/core/json.ts';
import { isRow, type Row, type Value } from './values.ts';

export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** The XML the platform answers to callers who do not ask for JSON: members as elements, references by value. */
export function jsonToXml(json: string, time: string): string {
  const body = parseExact(json) as Row;
  const inner = Object.entries(body).map(([name, value]) => element(name, value));
  return `<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time="${time}">${inner.join('')}</IntuitResponse>`;
}

function element(name: string, value: Value): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('');
  if (!isRow(value)) return `<${name}>${xmlText(String(value))}</${name}>`;
  if (name.endsWith('Ref') && value.value !== undefined) {
    const label = value.name === undefined ? '' : ` name="${xmlText(String(value.name))}"`;
    return `<${name}${label}>${xmlText(String(value.value))}</${name}>`;
  }
  const inner = Object.entries(value).map(([member, inside]) => element(member, inside));
  return `<${name}>${inner.join('')}</${name}>`;
}
