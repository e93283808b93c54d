/* Texts of the entry sheet: a number as people read it (the server has the last word), and a block copied from Excel as rows of cells. */
(() => {
  const shown = (text) => {
    const plain = text.normalize("NFKC").trim().replace(/^[△▲−‐–—]\s*/, "-");
    if (!/^-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(plain)) return text;
    const [whole, decimals] = plain.replace(/[-,]/g, "").split(".");
    return (plain[0] === "-" ? "△" : "") + BigInt(whole).toLocaleString("ja-JP") + (decimals ? `.${decimals}` : "");
  };
  const readBlock = (text) => {
    const lines = [[]];
    const cell = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/gy;
    text = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    while (cell.lastIndex <= text.length) {
      const found = cell.exec(text);
      if (!found) break;
      lines.at(-1).push((found[1]?.replace(/""/g, '"') ?? found[2]).trim());
      if (found[3] === "\n") lines.push([]);
      else if (!found[3]) break;
    }
    return lines;
  };
  window.entryText = { shown, readBlock };
})();
