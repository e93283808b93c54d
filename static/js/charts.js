/* Draws each chart's Plotly figure over its static SVG: same size, same place. The SVG stays for print and wherever Plotly does not come. */
(() => {
  const plotlyUrl = document.currentScript.dataset.plotly;
  const figures = [...document.querySelectorAll("figure[data-chart]")];
  if (!figures.length) return;

  const LOCALE = {
    moduleType: "locale",
    name: "ja",
    dictionary: {
      "Download plot": "図を画像で保存",
      "Download plot as a PNG": "図を画像（PNG）で保存",
      "Download plot as a png": "図を画像（PNG）で保存",
      "Taking snapshot - this may take a few seconds": "画像を作っています。数秒かかることがあります",
      "Snapshot succeeded": "画像を保存しました",
      "Sorry, there was a problem downloading your snapshot!": "画像を保存できませんでした",
      "Double-click to zoom back out": "ダブルクリックで元の大きさに戻ります",
      "Produced with Plotly": "Plotlyで作図",
      "Reset": "元に戻す",
      "Reset axes": "軸を元に戻す",
      "Autoscale": "軸を自動で合わせる",
      "Zoom": "拡大",
      "Zoom in": "拡大",
      "Zoom out": "縮小",
      "Pan": "移動",
      "Toggle Spike Lines": "補助線を切り替える",
      "Show closest data on hover": "近い値を表示",
      "Compare data on hover": "値を比べて表示",
      "trace": "系列",
    },
    format: {
      days: ["日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日"],
      shortDays: ["日", "月", "火", "水", "木", "金", "土"],
      months: Array.from({ length: 12 }, (_, n) => `${n + 1}月`),
      shortMonths: Array.from({ length: 12 }, (_, n) => `${n + 1}月`),
      date: "%Y年%-m月%-d日",
    },
  };
  const SCALED = new Set(["size", "width", "l", "r", "t", "b", "xshift", "yshift", "ax", "ay", "ticklabelstandoff"]);

  const afterFirstSight = (task) => requestAnimationFrame(() => setTimeout(task));

  /* plotly.js adds a style sheet for maps, which the page's security policy refuses, unless an element with this id is there. */
  const MAP_STYLE_ID = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53";
  const loadPlotly = () => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.id = MAP_STYLE_ID;
    script.src = plotlyUrl;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });

  /* What a CSS variable means here and now: var(--c-text) → rgb(26, 26, 26). */
  const lookUp = (figure) => {
    const probe = figure.appendChild(document.createElement("span"));
    const known = new Map();
    const read = (name) => {
      const property = name.includes("--font") ? "fontFamily" : "color";
      probe.style[property] = name;
      return getComputedStyle(probe)[property];
    };
    return {
      value: (name) => known.get(name) ?? known.set(name, read(name)).get(name),
      done: () => probe.remove(),
    };
  };

  /* The figure with its colours looked up and its sizes in the scale of the drawing. */
  const settle = (part, scale, names, key = "") => {
    if (typeof part === "string") return part.startsWith("var(") ? names.value(part) : part;
    if (typeof part === "number") return SCALED.has(key) ? part * scale : part;
    if (Array.isArray(part)) return part.map((each) => settle(each, scale, names, key));
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, settle(each, scale, names, name)]));
  };

  const shownDrawing = (figure) => [...figure.querySelectorAll(".chbox > svg")].find((svg) => svg.getClientRects().length);

  const draw = async (figure) => {
    const svg = shownDrawing(figure);
    if (!svg) return;
    const { width, height } = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal?.width ? width / svg.viewBox.baseVal.width : 1;
    const given = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const { data, layout } = given[svg.classList.contains("ch--n") ? "narrow" : "wide"];
    const names = lookUp(figure);
    const settled = settle({ data, layout }, scale, names);
    names.done();
    let box = figure.querySelector(".ch-live");
    if (!box) {
      box = document.createElement("div");
      box.className = "ch-live";
      figure.querySelector(".chbox").append(box);
    }
    await Plotly.react(box, settled.data, { ...settled.layout, width, height }, given.config);
    box.querySelectorAll("svg.main-svg").forEach((layer) => layer.setAttribute("aria-hidden", "true"));
    figure.dataset.drawn = width;
    figure.classList.add("is-live");
  };

  /* One figure at a time, so that the page answers in between; those in sight first. */
  const waiting = [];
  let isBusy = false;
  const next = () => {
    if (isBusy || !waiting.length) return;
    isBusy = true;
    setTimeout(async () => {
      const figure = waiting.shift();
      try {
        await draw(figure);
      } catch (problem) {
        figure.classList.remove("is-live");
        console.warn("The chart stays a static drawing.", problem);
      }
      isBusy = false;
      next();
    });
  };
  const ask = (figure, isFirst) => {
    if (waiting.includes(figure)) return;
    if (isFirst) waiting.unshift(figure); else waiting.push(figure);
    next();
  };
  const askAgain = () => figures.filter((figure) => figure.dataset.drawn).forEach((figure) => ask(figure));

  afterFirstSight(async () => {
    try {
      await loadPlotly();
    } catch {
      return;
    }
    Plotly.register(LOCALE);
    const inSight = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!target.dataset.drawn) ask(target, isIntersecting);
      }
    });
    const size = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) {
        const figure = target.closest("figure");
        if (figure.dataset.drawn && Math.abs(contentRect.width - figure.dataset.drawn) > 0.5) ask(figure);
      }
    });
    figures.forEach((figure) => {
      inSight.observe(figure);
      size.observe(figure.querySelector(".chbox"));
    });
    document.addEventListener("themechange", askAgain);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", askAgain);
  });
})();
