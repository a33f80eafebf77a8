//! The OpenAPI 3.1 document.

use std::collections::BTreeMap;

use miniz_oxide::inflate::decompress_to_vec;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::model::Layers;
use crate::serve::route::{
    AnswerBody, ApiAnswer, ApiParameter, ApiRoute, ParameterKind, ParameterPlace, RouteAccess,
};

/// The schemas of bodies by name, made of the types by a test and compressed by the build.
const SCHEMAS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/schemas.deflate"));

/// An OpenAPI document.
#[derive(Serialize)]
pub struct OpenApiDocument {
    openapi: &'static str,
    info: Value,
    servers: Value,
    paths: BTreeMap<&'static str, Map<String, Value>>,
    components: OpenApiComponents,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OpenApiComponents {
    /// Written as they are: nothing of them is looked at.
    schemas: Option<Box<RawValue>>,
    headers: Value,
    security_schemes: Value,
}

/// Where the ids of a list lead: path of the list, pointer to the first of its ids, path that takes
/// one.
const LINKS: &[(&str, &str, &str)] = &[
    ("/api/services", "/services/0/id", "/api/services/{id}"),
    (
        "/api/services",
        "/services/0/id",
        "/api/services/{id}/explain",
    ),
    (
        "/api/services",
        "/services/0/id",
        "/api/services/{id}/metrics",
    ),
    (
        "/api/operations",
        "/operations/0/id",
        "/api/operations/{id}",
    ),
];

/// The document about `routes`, where the layers are `layers`.
pub fn document(routes: &[&'static ApiRoute], layers: &Layers) -> OpenApiDocument {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in routes {
        let path = paths.entry(route.path).or_default();
        path.insert(
            route.method.name().to_ascii_lowercase(),
            operation(route, layers),
        );
    }
    OpenApiDocument {
        openapi: "3.1.0",
        info: json!({
            "title": "hubdeck",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Everything is answered from what hubdeck knows already; unknown is null, \
                            never 0; times are RFC 3339 in UTC.",
            "license": {"name": "MIT", "identifier": "MIT"},
        }),
        // Relative to this document, so that it holds behind a prefix.
        servers: json!([{"url": "../"}]),
        paths,
        components: OpenApiComponents {
            schemas: schemas(),
            headers: json!({
                "CorrelationId": {
                    "description": "The id of the request, taken over or made; it is in hubdeck's log.",
                    "schema": {"type": "string"},
                },
                "Revision": {
                    "description": "Names the revision; with `If-None-Match` an unchanged one is 304.",
                    "schema": {"type": "string"},
                },
            }),
            security_schemes: json!({"token": {"type": "http", "scheme": "bearer"}}),
        },
    }
}

/// The schemas as they stand in their file; a test finds them all.
fn schemas() -> Option<Box<RawValue>> {
    let unpacked = decompress_to_vec(SCHEMAS).ok()?;
    RawValue::from_string(String::from_utf8(unpacked).ok()?).ok()
}

fn operation(route: &ApiRoute, layers: &Layers) -> Value {
    let mut operation = json!({
        "operationId": operation_id(route.method.name(), route.path),
        "summary": route.summary,
        "responses": responses(route),
    });
    if !route.parameters.is_empty() {
        let parameters = route.parameters.iter();
        operation["parameters"] = parameters.map(|each| parameter(each, layers)).collect();
    }
    if let Some(schema) = route.body {
        operation["requestBody"] =
            json!({"content": {"application/json": {"schema": reference(schema)}}});
    }
    if let RouteAccess::Scope(scope) = route.access {
        // Without tokens in the configuration none is needed.
        operation["security"] = json!([{"token": [scope.id()]}, {}]);
    }
    operation
}

/// `getServicesIdExplain`.
fn operation_id(method: &str, path: &str) -> String {
    let mut id = method.to_ascii_lowercase();
    let path = path.strip_prefix("/api").unwrap_or(path);
    for word in path.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        id.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        id.extend(letters);
    }
    id
}

fn parameter(parameter: &ApiParameter, layers: &Layers) -> Value {
    let (place, required) = match parameter.place {
        ParameterPlace::Path => ("path", true),
        ParameterPlace::Query | ParameterPlace::RepeatedQuery => ("query", false),
        ParameterPlace::Header => ("header", false),
    };
    let schema = kind(parameter.kind, layers);
    json!({
        "name": parameter.name,
        "in": place,
        "required": required,
        "description": parameter.meaning,
        "schema": match parameter.place {
            ParameterPlace::RepeatedQuery => json!({"type": "array", "items": schema}),
            _ => schema,
        },
    })
}

fn kind(kind: ParameterKind, layers: &Layers) -> Value {
    match kind {
        ParameterKind::LayerId => {
            let ids: Vec<&str> = layers.iter().map(|name| name.id.as_str()).collect();
            json!({"type": "string", "enum": ids})
        }
        ParameterKind::ServiceId => {
            json!({"type": "string", "minLength": 1, "examples": ["hub/backend"]})
        }
        ParameterKind::Text => json!({"type": "string"}),
        ParameterKind::Integer { min, max } => {
            json!({"type": "integer", "minimum": min, "maximum": max})
        }
        ParameterKind::Flag => json!({"enum": ["true", "false", "1", "0"]}),
        ParameterKind::Duration => json!({
            "type": "string",
            "pattern": "^[0-9]{1,6}(ms|s|m|h)?$",
            "examples": ["15m"],
        }),
        ParameterKind::OneOf(words) => json!({"type": "string", "enum": words}),
    }
}

fn responses(route: &ApiRoute) -> Value {
    let mut responses = Map::new();
    let answers = route.all_answers();
    let has_revision = answers.iter().any(|answer| answer.status == 304);
    for answer in &answers {
        let response = responses
            .entry(answer.status.to_string())
            .or_insert_with(|| response(answer, has_revision));
        if let Some((media, schema)) = content(answer.body) {
            response["content"][media] = json!({"schema": schema});
        }
    }
    let links = links(route.path);
    if !links.is_empty() {
        responses["200"]["links"] = Value::Object(links);
    }
    Value::Object(responses)
}

/// The links from the list at `path`.
fn links(path: &str) -> Map<String, Value> {
    let of_list = LINKS.iter().filter(|(list, ..)| *list == path);
    of_list
        .map(|(_, pointer, target)| {
            let id = operation_id("GET", target);
            let link = json!({
                "operationId": id,
                "parameters": {"id": format!("$response.body#{pointer}")},
            });
            (id, link)
        })
        .collect()
}

fn response(answer: &ApiAnswer, has_revision: bool) -> Value {
    let mut headers = json!({"X-Correlation-ID": {"$ref": "#/components/headers/CorrelationId"}});
    if has_revision && matches!(answer.status, 200 | 304) {
        headers["ETag"] = json!({"$ref": "#/components/headers/Revision"});
    }
    json!({"description": answer.meaning, "headers": headers})
}

/// Media type and schema of a body.
fn content(body: AnswerBody) -> Option<(&'static str, Value)> {
    match body {
        AnswerBody::Empty => None,
        AnswerBody::Json(schema) => Some(("application/json", reference(schema))),
        AnswerBody::Media(media) => Some((media, json!({"type": "string"}))),
        AnswerBody::Problem => Some(("application/problem+json", reference("ProblemDocument"))),
    }
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}
