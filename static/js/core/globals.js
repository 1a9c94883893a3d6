// What the server wrote on the body, under the names that pages and scripts of others look for.
// A classic script, not a module, so that a strict content security policy needs no exception.
(() => {
  const { nestId, nestCode, nestName, isMainNest } = document.body.dataset;
  window.NEST_ID = nestId;
  window.NEST_CODE = nestCode;
  window.NEST_NAME = nestName;
  window.IS_MAIN_NEST = isMainNest === "true";
})();
