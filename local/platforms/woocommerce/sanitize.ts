/** Whether WordPress takes this for an e-mail address: `is_email` in wp-includes/formatting.php. */
export function isEmail(text: string): boolean {
  const at = text.indexOf('@', 1);
  if (text.length < 6 || at < 0) return false;
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  const parts = domain.split('.');
  return (
    /^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]+$/.test(local) &&
    parts.length > 1 &&
    parts.every((part) => /^[a-z0-9-]+$/i.test(part) && !part.startsWith('-') && !part.endsWith('-'))
  );
}

/** `sanitize_text_field`: no tags, no line breaks, no repeated blanks, no percent-encoded bytes. */
function plain(text: string): string {
  let result = text
    .replace(/<(script|style)\b[^>]*>.*?<\/\1>/gis, '')
    .replace(/<[^>]*>/g, '')
    .replaceAll('<', '&lt;')
    .replace(/[\r\n\t ]+/g, ' ')
    .trim();
  for (const encoded = /%[a-f0-9]{2}/gi; encoded.test(result); encoded.lastIndex = 0) {
    result = result.replace(encoded, '').replace(/ +/g, ' ').trim();
  }
  return result;
}

/** A member of a user's meta data: stored as if it had been escaped before, so that backslashes go (`wp_unslash`). */
export const unslashed = (text: string): string => text.replace(/\\(.?)/gs, '$1');

/** First and last name: cleaned, and escaped where they are kept (`pre_user_first_name`). */
export function userName(text: string): string {
  return unslashed(plain(text))
    .replace(/&(?!(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[\da-fA-F]{1,6});)/g, '&amp;')
    .replaceAll('>', '&gt;');
}
