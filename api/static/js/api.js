// The server's HTTP interface. A refused request becomes an ApiError with the server's problem details.

export class ApiError extends Error {
  constructor(status, problem, retryAfter = null) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.title = problem.title || "";
    this.problem = problem;
    this.retryAfterS = Number(retryAfter);
  }
}

/** Whether to ask again later may help: nobody was reached, or the server is busy or not ready. */
export const isPassing = ({ status }) => status === 0 || status === 429 || status >= 500;

/** How long to wait until then: as long as the server said, or else `otherwiseMs`. */
export const waitMs = (error, otherwiseMs) => error.retryAfterS * 1000 || otherwiseMs;

async function readProblem(response) {
  try {
    const body = await response.json();
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return { title: response.statusText };
  }
}

async function request(method, path, body) {
  // The extra header tells the server that a page of its own asks, not a form on somebody else's.
  const headers = { Accept: "application/json", "X-Requested-With": "equipage" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    throw new ApiError(0, { title: "unreachable", detail: error.message });
  }
  if (!response.ok) throw new ApiError(response.status, await readProblem(response), response.headers.get("Retry-After"));
  return response.status === 204 ? null : response.json();
}

export const get = (path) => request("GET", path);
export const post = (path, body = {}) => request("POST", path, body);
export const put = (path, body) => request("PUT", path, body);
export const patch = (path, body) => request("PATCH", path, body);
export const del = (path) => request("DELETE", path);

/** Put parameters behind a path, leaving out the empty ones. */
export function query(path, parameters) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** All items of a list, page after page. */
export async function listAll(path, parameters = {}) {
  const items = [];
  let cursor = "";
  do {
    const page = await get(query(path, { ...parameters, cursor }));
    items.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return items;
}
