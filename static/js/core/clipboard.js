// Copies text, also where the clipboard is closed to pages without https.

export async function copyText(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field?.select();
    return document.execCommand?.("copy") ?? false; // On its way out of the browsers.
  }
}
