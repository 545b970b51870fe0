//! The description of the API: what the handlers say of themselves, and what
//! holds for all of them.

use super::{PREFIX, idempotent::is_secret};
use types::rest::Problem;
use utoipa::{
    PartialSchema as _, ToSchema as _,
    openapi::{
        Content, HttpMethod, InfoBuilder, OpenApi, PathItem, Ref, RefOr, Required, Response, ResponseBuilder, Server,
        path::{Operation, ParameterBuilder, ParameterIn},
        schema::{Components, ObjectBuilder, SchemaFormat, Type},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

const INTRODUCTION: &str = "Omnichat for programs. JSON in and out; times are milliseconds since 1970 in UTC.\n\n\
    **Who calls**: an API key as `X-API-Key`, or a user's access token as `Authorization: Bearer …`. Cookies are not \
    looked at. A key does what its scopes say.\n\n\
    **Lists** come in parts: `limit` (1 to 100) and `cursor`, which is the `next_cursor` of the part before.\n\n\
    **Sending twice**: a POST with an `Idempotency-Key` is done once. The same again within a day gives the first \
    answer with `Idempotency-Replayed: true`; only successes are kept. Where the answer holds a secret (`/auth/…`, \
    `/api-keys`, `/admin/tenants`) the header does nothing.\n\n\
    **How much**: every answer carries `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (seconds until \
    all of it is there again), where there is a limit; a 429 says in `Retry-After` how long to wait.\n\n\
    **Refusals** are problem details after RFC 9457, with a stable `code` and the `request_id` of the server's log.";

/// Adds what holds for every operation.
pub fn complete(mut api: OpenApi) -> OpenApi {
    api.info = InfoBuilder::new()
        .title("Omnichat")
        .version("1")
        .description(Some(INTRODUCTION))
        .license(Some(utoipa::openapi::License::new("Apache-2.0")))
        .build();
    api.servers = Some(vec![Server::new(PREFIX)]);
    api.security = Some(["api_key", "bearer"].map(|name| SecurityRequirement::new(name, [""; 0])).to_vec());
    let components = api.components.get_or_insert_with(Components::new);
    let in_header = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")));
    components.add_security_scheme("api_key", in_header);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    components.schemas.insert("Problem".to_owned(), Problem::schema());
    let mut more = Vec::new();
    Problem::schemas(&mut more);
    components.schemas.extend(more);
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in of_item_mut(item) {
            complete_operation(path, method == HttpMethod::Post, operation);
        }
    }
    api
}

fn complete_operation(path: &str, is_post: bool, operation: &mut Operation) {
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let (is_secured, reads_body) = (operation.security.is_none(), operation.request_body.is_some());
    let is_idempotent = is_post && is_secured && !is_secret(path);
    let mut refusals = vec![
        ("429", "Too many requests; Retry-After says how long to wait"),
        ("500", "A fault of ours; it is in the log under the request id"),
        ("503", "Not available right now; try again in a moment"),
    ];
    if is_secured {
        refusals.push(("401", "No key or token, or one that is not good any more"));
        refusals.push(("403", "The key or the role does not permit this, or the business is suspended"));
    }
    if reads_body {
        refusals.push(("413", "Larger than allowed"));
        refusals.push(("415", "The body is not application/json"));
    }
    if parameters.iter().any(|parameter| parameter.parameter_in == ParameterIn::Path) {
        refusals.push(("404", "There is no such thing, or it belongs to somebody else"));
    }
    if path.ends_with("/assign") || is_post && path == "/api-keys" || path.starts_with("/admin/") {
        refusals.push(("413", "There are too many already, or a text is too long"));
    }
    if reads_body || is_idempotent || parameters.iter().any(|parameter| parameter.parameter_in == ParameterIn::Query) {
        refusals.push(("422", "A value is missing or malformed; `field` says which"));
    }
    if is_idempotent {
        refusals.push(("409", "The first request with this Idempotency-Key is still being worked on"));
        operation.parameters.get_or_insert_default().push(idempotency_key());
    }
    for (status, description) in refusals {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(Response::new(description)));
    }
    for (status, response) in &mut operation.responses.responses {
        if let (true, RefOr::T(response)) = (status.as_str() >= "400", response) {
            let body = Content::new(Some(Ref::from_schema_name("Problem")));
            *response = ResponseBuilder::from(response.clone()).content("application/problem+json", body).build();
        }
    }
}

fn idempotency_key() -> utoipa::openapi::path::Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[!-~]+$"))
        .format(None::<SchemaFormat>)
        .build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("A name of your own for this request, such as a UUID: sent again, it is done once."))
        .schema(Some(schema))
        .build()
}

/// The operations of a path with their methods.
pub fn of_item(item: &PathItem) -> Vec<(&'static str, &Operation)> {
    let all = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?))).collect()
}

fn of_item_mut(item: &mut PathItem) -> Vec<(HttpMethod, &mut Operation)> {
    let all = [
        (HttpMethod::Get, &mut item.get),
        (HttpMethod::Post, &mut item.post),
        (HttpMethod::Put, &mut item.put),
        (HttpMethod::Patch, &mut item.patch),
        (HttpMethod::Delete, &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?))).collect()
}
