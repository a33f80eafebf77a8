use super::*;

const ID: &str = "0837374614df0000000000000000000000000000000000000000000000000000";

/// A container of Compose, whose image has defaults of its own.
fn inspected() -> Value {
    json!({
        "Id": ID,
        "Name": "/shop-web-1",
        "Image": "sha256:old",
        "Config": {
            "Hostname": "0837374614df", "Domainname": "", "User": "app", "WorkingDir": "/srv",
            "Env": ["A=1", "PATH=/bin", "B=1"], "Cmd": ["serve"], "Entrypoint": ["/entry"],
            "ExposedPorts": { "80/tcp": {}, "9000/tcp": {} }, "Volumes": { "/data": {} },
            "Image": "web:1",
            "Labels": { "com.docker.compose.image": "sha256:old", "com.docker.compose.service": "web",
                "version": "1", "traefik.enable": "true" },
        },
        "HostConfig": {
            "Binds": ["named:/named:ro"], "NetworkMode": "shop_default", "ContainerIDFile": "",
            "PortBindings": { "80/tcp": [{ "HostIp": "", "HostPort": "8080" }] },
            "RestartPolicy": { "Name": "always", "MaximumRetryCount": 0 },
            "Links": ["/shop-db-1:/shop-web-1/db"],
            "Mounts": [{ "Type": "volume", "Target": "/anon", "VolumeOptions": {} }],
        },
        "Mounts": [
            { "Type": "volume", "Name": "named", "Destination": "/named", "RW": false },
            { "Type": "volume", "Name": "af31", "Destination": "/anon", "RW": true },
            { "Type": "volume", "Name": "be42", "Destination": "/data", "RW": true },
            { "Type": "bind", "Source": "/etc/x", "Destination": "/x", "RW": false },
        ],
        "NetworkSettings": { "Networks": {
            "shop_default": { "IPAMConfig": null, "Links": null, "MacAddress": "02:42:ac:13:00:02",
                "Aliases": ["shop-web-1", "web", "0837374614df"], "IPAddress": "172.19.0.2" },
            "shop_front": { "IPAMConfig": { "IPv4Address": "10.9.0.7" }, "Aliases": ["www"] },
        } },
    })
}

fn defaults() -> Value {
    json!({
        "User": "app", "WorkingDir": "/srv", "Env": ["PATH=/bin", "B=1"], "Cmd": ["serve"],
        "Entrypoint": ["/entry"], "ExposedPorts": { "80/tcp": {} }, "Volumes": { "/data": {} },
        "Labels": { "version": "1" },
    })
}

fn definition(inspected: &Value, defaults: &Value) -> ContainerDefinition {
    let image = EngineImage {
        id: "sha256:new".to_owned(),
        ..EngineImage::default()
    };
    let replaced = [(InstanceId::new("old-vpn"), InstanceId::new("new-vpn"))].into();
    ContainerDefinition::of(&DefinitionSource {
        compose_hash: None,
        inspected,
        old_defaults: defaults,
        image: &image,
        reference: "web:2",
        replaced: &replaced,
    })
}

#[test]
fn what_the_old_image_gave_follows_the_new_one() {
    let made = definition(&inspected(), &defaults()).document;
    for gone in ["Hostname", "User", "WorkingDir", "Cmd", "Entrypoint"] {
        assert_eq!(made.get(gone), None, "{gone}");
    }
    assert_eq!(made["Env"], json!(["A=1"]));
    assert_eq!(made["ExposedPorts"], json!({ "9000/tcp": {} }));
    assert_eq!(made["Volumes"], json!({}));
    assert_eq!(made["Image"], "web:2");
    let labels = json!({ "com.docker.compose.image": "sha256:new", "com.docker.compose.service": "web",
        "traefik.enable": "true" });
    assert_eq!(made["Labels"], labels, "Compose sees no drift");
    let own = definition(&inspected(), &Value::Null).document;
    assert_eq!(
        own["Cmd"],
        json!(["serve"]),
        "without the old image everything is kept"
    );
    assert_eq!(own["User"], "app");
}

#[test]
fn a_command_of_ones_own_stays() {
    let mut container = inspected();
    container["Config"]["Cmd"] = json!(["serve", "--fast"]);
    let made = definition(&container, &defaults()).document;
    assert_eq!(made.get("Entrypoint"), None);
    assert_eq!(made["Cmd"], json!(["serve", "--fast"]));
    container["Config"]["Entrypoint"] = json!(["/own"]);
    container["Config"]["Cmd"] = json!(["serve"]);
    container["Config"]["Hostname"] = json!("shop");
    let made = definition(&container, &defaults()).document;
    assert_eq!(made["Entrypoint"], json!(["/own"]));
    assert_eq!(
        made["Cmd"],
        json!(["serve"]),
        "an own entry point does not take the image's command"
    );
    assert_eq!(made["Hostname"], "shop");
}

#[test]
fn volumes_without_a_name_are_attached_again() {
    let host = definition(&inspected(), &defaults()).document["HostConfig"].clone();
    assert_eq!(host["Binds"], json!(["named:/named:ro", "be42:/data"]));
    assert_eq!(host["Mounts"][0]["Source"], "af31");
    assert_eq!(host["Links"], json!(["shop-db-1:db"]));
    assert_eq!(host.get("ContainerIDFile"), None);
}

#[test]
fn networks_keep_names_and_fixed_addresses() {
    let made = definition(&inspected(), &defaults());
    let endpoints = &made.document["NetworkingConfig"]["EndpointsConfig"];
    assert_eq!(
        *endpoints,
        json!({ "shop_default": { "Aliases": ["shop-web-1", "web"] } })
    );
    let front = json!({ "IPAMConfig": { "IPv4Address": "10.9.0.7" }, "Aliases": ["www"] });
    assert_eq!(made.further, [("shop_front".to_owned(), front)]);
}

#[test]
fn the_network_of_a_replaced_container_is_that_of_its_successor() {
    let mut container = inspected();
    container["HostConfig"]["NetworkMode"] = json!("container:old-vpn");
    container["NetworkSettings"]["Networks"] = json!({});
    let made = definition(&container, &Value::Null);
    assert_eq!(
        made.document["HostConfig"]["NetworkMode"],
        "container:new-vpn"
    );
    for gone in ["Hostname", "ExposedPorts", "NetworkingConfig"] {
        assert_eq!(made.document.get(gone), None, "{gone}");
    }
    container["HostConfig"]["NetworkMode"] = json!("host");
    assert_eq!(
        definition(&container, &Value::Null)
            .document
            .get("Hostname"),
        None
    );
}

#[test]
fn a_trial_is_found_by_nobody() {
    let made = definition(&inspected(), &defaults());
    let trial = made.as_trial();
    let host = &trial.document["HostConfig"];
    assert_eq!(host["PortBindings"], json!({}));
    assert_eq!(host["RestartPolicy"], json!({ "Name": "no" }));
    assert_eq!(trial.document["Labels"], json!({ "hubdeck.trial": "true" }));
    let endpoints = &trial.document["NetworkingConfig"]["EndpointsConfig"];
    assert_eq!(*endpoints, json!({ "shop_default": {} }));
    assert_eq!(trial.further, [("shop_front".to_owned(), json!({}))]);
    assert!(!made.uses_host());
    let mut container = inspected();
    container["HostConfig"]["Devices"] = json!([{ "PathOnHost": "/dev/x" }]);
    assert!(definition(&container, &Value::Null).uses_host());
}
