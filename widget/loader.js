/*
 * The first few kilobytes of the widget: the launcher and `window.omnichat`.
 *
 * The server puts the widget's settings where `__OMNICHAT__` stands. Until the
 * visitor acts nothing else is loaded, stored or connected. The messenger
 * itself is WebAssembly and comes on hover, focus, click or a call of the API.
 */
(() => {
  const settings = __OMNICHAT__;
  const page = window;
  const doc = document;
  const earlier = page.omnichat;
  // The snippet is in the page twice: the first one has won.
  if (earlier && earlier.open) return;

  // Words of the launcher: open, close, loading, failed, try again, unread.
  const WORDS = {
    en: ["Open chat", "Close chat", "Loading chat…", "The chat could not be loaded. Please check your connection.", "Try again", "unread"],
    vi: ["Mở trò chuyện", "Đóng trò chuyện", "Đang tải…", "Không tải được khung trò chuyện. Vui lòng kiểm tra kết nối.", "Thử lại", "chưa đọc"],
    es: ["Abrir el chat", "Cerrar el chat", "Cargando el chat…", "No se pudo cargar el chat. Comprueba tu conexión.", "Reintentar", "sin leer"],
    fr: ["Ouvrir le chat", "Fermer le chat", "Chargement du chat…", "Le chat n’a pas pu être chargé. Vérifiez votre connexion.", "Réessayer", "non lus"],
    de: ["Chat öffnen", "Chat schließen", "Chat wird geladen…", "Der Chat konnte nicht geladen werden. Bitte prüfen Sie Ihre Verbindung.", "Erneut versuchen", "ungelesen"],
    pt: ["Abrir o chat", "Fechar o chat", "Carregando o chat…", "Não foi possível carregar o chat. Verifique sua conexão.", "Tentar de novo", "não lidas"],
    ja: ["チャットを開く", "チャットを閉じる", "チャットを読み込み中…", "チャットを読み込めませんでした。接続を確認してください。", "もう一度試す", "件の未読"],
    zh: ["打开聊天", "关闭聊天", "正在加载聊天…", "无法加载聊天，请检查网络连接。", "重试", "条未读"],
    ar: ["افتح المحادثة", "أغلق المحادثة", "جارٍ تحميل المحادثة…", "تعذّر تحميل المحادثة. تحقّق من اتصالك.", "حاول مجددًا", "غير مقروءة"],
  };

  const STYLE = `
:host{all:initial!important;position:fixed!important;z-index:2147483000!important;inset:auto!important;display:block!important;width:0!important;height:0!important}
:host([hidden]){display:none!important}
*{box-sizing:border-box}
button{font:inherit;cursor:pointer}
.launcher{position:fixed;bottom:calc(20px + env(safe-area-inset-bottom));width:56px;height:56px;padding:0;border:0;border-radius:50%;background:var(--oc-brand);color:var(--oc-on);box-shadow:0 2px 6px rgb(0 0 0/.18),0 8px 24px rgb(0 0 0/.16);display:grid;place-items:center;transition:transform .15s ease-out;-webkit-tap-highlight-color:transparent}
.right .launcher{right:calc(20px + env(safe-area-inset-right))}
.left .launcher{left:calc(20px + env(safe-area-inset-left))}
.launcher:hover{transform:scale(1.05)}
.launcher:active{transform:scale(.96)}
.launcher:focus-visible,.failed button:focus-visible{outline:3px solid var(--oc-brand);outline-offset:3px}
.launcher svg{grid-area:1/1;width:28px;height:28px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round;transition:transform .16s ease-out,opacity .16s ease-out}
.launcher svg+svg,.open .launcher svg{opacity:0;transform:scale(.6)}
.open .launcher svg+svg{opacity:1;transform:none}
.busy .launcher::after{content:"";position:absolute;inset:4px;border-radius:50%;border:2px solid transparent;border-top-color:currentColor;animation:turn .8s linear infinite}
@keyframes turn{to{transform:rotate(1turn)}}
.badge{position:absolute;top:-3px;inset-inline-end:-3px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#c81e1e;color:#fff;border:2px solid #fff;font:600 12px/18px system-ui,sans-serif;font-variant-numeric:tabular-nums}
.badge[hidden],.failed[hidden]{display:none}
.failed{position:fixed;bottom:calc(88px + env(safe-area-inset-bottom));width:min(300px,calc(100vw - 32px));padding:16px;border-radius:12px;background:#fff;color:#1c1b19;font:15px/1.45 system-ui,sans-serif;box-shadow:0 1px 3px rgb(0 0 0/.12),0 12px 32px rgb(0 0 0/.18)}
.right .failed{right:20px}
.left .failed{left:20px}
.failed p{margin:0 0 12px}
.failed button{border:0;border-radius:8px;padding:8px 14px;min-height:36px;background:var(--oc-brand);color:var(--oc-on);font-weight:600}
.dark .failed{background:#232220;color:#f3f1ed}
.dark .badge{border-color:#1a1917}
@media(prefers-color-scheme:dark){.auto .failed{background:#232220;color:#f3f1ed}.auto .badge{border-color:#1a1917}}
@media(prefers-reduced-motion:reduce){.launcher,.launcher svg{transition:none}.launcher:hover,.launcher:active{transform:none}.busy .launcher::after{animation-duration:3s}}
@media(forced-colors:active){.launcher,.badge{border:2px solid}}
@media print{:host{display:none!important}}
@media(max-width:480px),(max-height:480px){.open .launcher{display:none}}`;

  const key = "omnichat:" + settings.widget;
  const listeners = {};
  const queue = [];
  let messenger; // the WebAssembly module, once it is there
  let parts; // what is on its way: [module, compiled wasm]
  let loading;
  let attempt = 0;
  let isOpen = false;
  let unread = 0;
  let chosen; // the language that the page has set
  let words;

  const language = () => {
    const wanted = [chosen, doc.documentElement.lang].concat(navigator.languages);
    for (const tag of wanted) {
      const code = tag && tag.slice(0, 2).toLowerCase();
      if (WORDS[code]) return code;
    }
    return "en";
  };

  // Relative luminance after WCAG 2.2, to choose white or black upon the brand colour.
  const luminance = (hex) =>
    [1, 3, 5].reduce((sum, at, index) => {
      const part = parseInt(hex.substr(at, 2), 16) / 255;
      return sum + (part > 0.04045 ? ((part + 0.055) / 1.055) ** 2.4 : part / 12.92) * [0.2126, 0.7152, 0.0722][index];
    }, 0);

  const make = (tag, className, parent) => {
    const element = doc.createElement(tag);
    element.className = className;
    parent.append(element);
    return element;
  };
  const icon = (path) => {
    const space = "http://www.w3.org/2000/svg";
    const svg = doc.createElementNS(space, "svg");
    const line = doc.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    launcher.append(svg);
  };

  const host = doc.createElement("omnichat-widget");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const color = /^#[0-9a-f]{6}$/i.test(settings.color) ? settings.color : "#0f766e";
  host.style.setProperty("--oc-brand", color);
  host.style.setProperty("--oc-on", 1.05 / (luminance(color) + 0.05) >= 4.5 ? "#fff" : "#000");

  const frame = make("div", "", root);
  const mountPoint = make("div", "", frame);
  const failed = make("div", "failed", frame);
  failed.setAttribute("role", "alert");
  failed.hidden = true;
  const launcher = make("button", "launcher", frame);
  launcher.type = "button";
  launcher.dataset.testid = "launcher";
  icon("M4 5.5h16a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-8L7 21.5v-4H4A1.5 1.5 0 0 1 2.5 16V7A1.5 1.5 0 0 1 4 5.5zM7.5 10h9M7.5 13.5h5.5");
  icon("M6 9l6 6 6-6");
  const badge = make("span", "badge", launcher);
  badge.hidden = true;
  badge.setAttribute("aria-hidden", "true");

  const paint = () => {
    words = WORDS[language()];
    const busy = loading && queue.length;
    frame.className = [settings.position === "left" ? "left" : "right", settings.theme || "auto", isOpen && "open", busy && "busy"]
      .filter(Boolean)
      .join(" ");
    frame.lang = language();
    frame.dir = language() === "ar" ? "rtl" : "ltr";
    const count = unread > 99 ? "99+" : unread;
    const name = busy ? words[2] : isOpen ? words[1] : words[0];
    launcher.setAttribute("aria-label", unread && !isOpen ? name + ", " + count + " " + words[5] : name);
    launcher.setAttribute("aria-expanded", isOpen);
    launcher.setAttribute("aria-haspopup", "dialog");
    launcher.setAttribute("aria-busy", !!busy);
    badge.hidden = !unread || isOpen;
    badge.textContent = count;
  };

  // A phone's keyboard covers the page without making it smaller: the panel fills what is left.
  const fit = () => {
    const seen = page.visualViewport;
    if (isOpen && seen && seen.scale === 1) {
      host.style.setProperty("--oc-height", seen.height + "px");
      host.style.setProperty("--oc-top", seen.offsetTop + "px");
    }
  };

  const emit = (name, detail) => {
    if (name === "opened" || name === "closed") {
      // Focus goes back to where the visitor came from, unless they have gone elsewhere on the page.
      const wasInside = doc.activeElement === host || doc.activeElement === doc.body;
      isOpen = name === "opened";
      paint();
      fit();
      if (!isOpen && wasInside) launcher.focus({ preventScroll: true });
    }
    if (name === "unread") {
      unread = detail;
      paint();
    }
    for (const listener of [...(listeners[name] || [])]) {
      try {
        listener(detail);
      } catch (problem) {
        setTimeout(() => {
          throw problem;
        });
      }
    }
  };

  // Starts the download; the compiled module waits until somebody opens the messenger.
  const warm = () => {
    if (!parts) {
      const again = attempt ? "?try=" + attempt : "";
      parts = [
        import(/* @vite-ignore */ settings.server + settings.js + again),
        WebAssembly.compileStreaming(fetch(settings.server + settings.wasm + again)),
      ];
      const forget = () => {
        parts = 0;
        attempt++;
      };
      Promise.all(parts).catch(forget);
    }
    return Promise.all(parts);
  };

  const load = () => {
    if (messenger || loading) return;
    failed.hidden = true;
    loading = warm()
      .then(async ([module, compiled]) => {
        await module.default({ module_or_path: compiled });
        module.mount(mountPoint, { ...settings, color, locale: language(), key }, emit);
        messenger = module;
        loading = 0;
        emit("ready");
        queue.splice(0).forEach(([name, value]) => messenger[name](value));
        paint();
      })
      .catch((problem) => {
        loading = 0;
        paint();
        // A silent load (nobody asked for the messenger) may fail silently.
        if (queue.length) fail();
        emit("error", { code: "network", message: String(problem) });
      });
    paint();
  };

  const fail = () => {
    failed.textContent = "";
    failed.dataset.testid = "error";
    failed.hidden = false;
    make("p", "", failed).textContent = words[3];
    const retry = make("button", "", failed);
    retry.type = "button";
    retry.textContent = words[4];
    retry.onclick = () => {
      launcher.focus();
      load();
    };
  };

  const call = (name, value) => {
    if (messenger) messenger[name](value);
    else {
      queue.push([name, value]);
      load();
      paint();
    }
  };

  const api = {
    open: () => call("open"),
    close: () => {
      if (messenger) messenger.close();
      else {
        queue.length = 0;
        paint();
      }
    },
    toggle: () => (isOpen ? api.close() : api.open()),
    show: () => {
      host.hidden = false;
    },
    hide: () => {
      api.close();
      host.hidden = true;
    },
    sendMessage: (text) => call("sendMessage", String(text)),
    setLocale: (tag) => {
      chosen = String(tag);
      paint();
      if (messenger) messenger.setLocale(language());
    },
    reset: () => call("reset"),
    on: (name, listener) => {
      (listeners[name] = listeners[name] || new Set()).add(listener);
      if (name === "ready" && messenger) listener();
    },
    off: (name, listener) => {
      if (listeners[name]) listeners[name].delete(listener);
    },
  };
  page.omnichat = api;

  launcher.onclick = () => {
    // A second click while the messenger loads takes the wish back.
    if (loading && queue.length) api.close();
    else api.toggle();
  };
  frame.onkeydown = (event) => {
    if (event.key === "Escape" && isOpen) api.close();
  };
  if (page.visualViewport) {
    page.visualViewport.addEventListener("resize", fit);
    page.visualViewport.addEventListener("scroll", fit);
  }
  launcher.onpointerenter = launcher.onfocus = () => {
    if (!messenger) warm().catch(() => {});
  };

  const start = () => {
    doc.body.append(host);
    paint();
    const calm = page.requestIdleCallback || ((work) => setTimeout(work, 1500));
    let known;
    try {
      known = localStorage.getItem(key);
    } catch {
      // Storage is forbidden here: everybody is a new visitor.
    }
    if (known != null) {
      // This visitor has a conversation: unsent words must leave and answers must show.
      calm(load);
    } else if (!(navigator.connection && navigator.connection.saveData)) {
      // Somebody who uses the page may open the chat soon; a page merely looked at costs nothing.
      const used = () => calm(() => messenger || warm().catch(() => {}));
      doc.addEventListener("pointerdown", used, { once: true, passive: true });
    }
    // A page may have called before this script was there: `omnichat = [["open"], ["on", "message", f]]`.
    if (Array.isArray(earlier)) earlier.forEach(([name, ...values]) => api[name] && api[name](...values));
  };
  if (doc.body) start();
  else doc.addEventListener("DOMContentLoaded", start);
})();
