//! The document is whole, and its schemas are those of the types.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::document;
use crate::document::json::{
    ArchitectureDocument, CacheDocument, ClearedDocument, DiscoveryDocument, IncidentsDocument,
    LayersDocument, LivenessDocument, MetricsDocument, OperationEntryDocument, OperationsDocument,
    OwnHealthDocument, PlanDocument, ReadinessDocument, SeriesDocument, ServiceDocument,
    ServicesDocument, StackHealthDocument, TimelineDocument,
};
use crate::model::{Explanation, Layers, ShownState};
use crate::serve::actions::{AcceptedDocument, PlanRequest, PlannedDocument};
use crate::serve::directory::InformationDocument;
use crate::serve::problem::ProblemDocument;
use crate::serve::route::{AnswerBody, ApiRoute};
use crate::serve::routes;

const WRITTEN: &str = include_str!("schemas.json");

impl JsonSchema for ShownState {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ShownState".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words = Self::WORST_FIRST.map(Self::id);
        json_schema!({"type": "string", "enum": words})
    }
}

/// The schemas of every body, by name.
fn schemas() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
    });
    let mut generator = settings.clone().for_serialize().into_generator();
    macro_rules! add {
        ($($body:ty),+ $(,)?) => { $(generator.subschema_for::<$body>();)+ };
    }
    add!(
        AcceptedDocument,
        ArchitectureDocument,
        CacheDocument,
        ClearedDocument,
        DiscoveryDocument,
        Explanation,
        IncidentsDocument,
        InformationDocument,
        LayersDocument,
        LivenessDocument,
        MetricsDocument,
        OperationEntryDocument,
        OperationsDocument,
        OwnHealthDocument,
        PlanDocument,
        PlannedDocument,
        ProblemDocument,
        ReadinessDocument,
        SeriesDocument,
        ServiceDocument,
        ServicesDocument,
        StackHealthDocument,
        TimelineDocument,
    );
    let mut requests = settings.for_deserialize().into_generator();
    requests.subschema_for::<PlanRequest>();
    let mut schemas = generator.take_definitions(true);
    schemas.extend(requests.take_definitions(true));
    schemas.values_mut().for_each(plainly);
    schemas
}

/// Puts descriptions for readers of the code into words for users of the API.
fn plainly(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("description") {
                let (begin, _) = text.split_once("; see [").unwrap_or((text, ""));
                *text = begin
                    .replace("[`", "`")
                    .replace("`]", "`")
                    .replace("`None`", "`null`");
            }
            members.values_mut().for_each(plainly);
        }
        Value::Array(items) => items.iter_mut().for_each(plainly),
        _ => {}
    }
}

/// One schema a line.
fn written(schemas: &Map<String, Value>) -> String {
    let line = |(name, schema): (&String, &Value)| format!("\"{name}\":{schema}");
    let lines: Vec<String> = schemas.iter().map(line).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

/// `HUBDECK_WRITE=1 cargo test --lib serve::openapi` writes the file.
#[test]
fn the_schemas_are_those_of_the_types() {
    let made = written(&schemas());
    if std::env::var_os("HUBDECK_WRITE").is_some() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/serve/openapi/schemas.json"
        );
        return std::fs::write(file, made).unwrap();
    }
    assert!(WRITTEN == made, "HUBDECK_WRITE=1 writes the schemas");
}

fn whole() -> Value {
    let all: Vec<&ApiRoute> = routes::all().collect();
    serde_json::to_value(document(&all, &Layers::default())).unwrap()
}

#[test]
fn every_route_is_in_the_document_and_every_schema_is_there() {
    let document = whole();
    assert_eq!(document["openapi"], "3.1.0");
    for route in routes::all() {
        let operation = &document["paths"][route.path][route.method.name().to_ascii_lowercase()];
        assert_eq!(operation["summary"], route.summary, "{}", route.path);
        for answer in route.all_answers() {
            let response = &operation["responses"][answer.status.to_string()];
            assert!(response.is_object(), "{} {}", route.path, answer.status);
            if let AnswerBody::Json(schema) = answer.body {
                let known = &document["components"]["schemas"][schema];
                assert!(known.is_object(), "{schema} of {}", route.path);
            }
        }
    }
}

/// Every `$ref` in `value`.
fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|each| references(each, found));
        }
        Value::Array(items) => items.iter().for_each(|each| references(each, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = whole();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50, "{}", found.len());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn links_lead_to_routes() {
    let document = whole();
    let response = &document["paths"]["/api/services"]["get"]["responses"]["200"];
    let links = response["links"].as_object().unwrap();
    assert_eq!(links.len(), 3);
    let paths = document["paths"].as_object().unwrap().values();
    let ids: Vec<&Value> = paths.map(|path| &path["get"]["operationId"]).collect();
    for link in links.values() {
        assert!(ids.contains(&&link["operationId"]), "{link}");
    }
}

#[test]
fn layers_of_the_config_file_may_be_asked_for() {
    let parameters = &whole()["paths"]["/api/services"]["get"]["parameters"];
    let layer = parameters
        .as_array()
        .unwrap()
        .iter()
        .find(|each| each["name"] == "layer");
    let ids = &layer.unwrap()["schema"]["items"]["enum"];
    assert_eq!(
        *ids,
        serde_json::json!(["edge", "ui", "app", "data", "infra"])
    );
}

#[test]
fn states_are_enumerated_and_what_may_be_unknown_is_nullable() {
    let schemas = whole()["components"]["schemas"].take();
    let instance = &schemas["InstanceDocument"]["properties"];
    assert_eq!(
        instance["cpu_percent"]["type"],
        serde_json::json!(["number", "null"])
    );
    let required = schemas["InstanceDocument"]["required"].as_array().unwrap();
    assert!(
        required.contains(&"cpu_percent".into()),
        "unknown is null and never left out"
    );
    let states = schemas["HealthState"].to_string();
    assert!(
        states.contains("\"unhealthy\"") && states.contains("\"completed\""),
        "{states}"
    );
}
