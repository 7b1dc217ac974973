//! Names of images, and which folder they are made of.

/// What an image is called: the last part of its name, and the one before that if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ImageName<'i> {
    /// `loki` of `docker.io/grafana/loki:3.0`.
    pub(super) name: &'i str,
    /// `grafana` of the same.
    pub(super) above: Option<&'i str>,
}

impl<'i> ImageName<'i> {
    /// The name of an image as written: `registry:5000/a/name:tag@digest`. None where it is unknown, as
    /// behind a variable or in a template.
    ///
    /// Source: the OCI Distribution Specification, *pulling manifests*.
    pub(super) fn of(image: &'i str) -> Option<ImageName<'i>> {
        let path = image.split('@').next()?;
        let mut parts = path.rsplit('/');
        let last = parts.next()?;
        let name = last.split(':').next()?;
        let is_name = |part: &str| {
            let is_sign = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            !part.is_empty() && part.chars().all(is_sign)
        };
        let above = parts.next().filter(|part| is_name(part));
        is_name(name).then_some(ImageName { name, above })
    }
}

/// Images that everybody runs and others make, by their plain names: a folder of such a name configures
/// one, and who runs the image does not run the folder.
const OF_OTHERS: [&str; 40] = [
    "alertmanager",
    "alpine",
    "busybox",
    "cassandra",
    "clickhouse",
    "consul",
    "debian",
    "elasticsearch",
    "envoy",
    "etcd",
    "fluentbit",
    "fluentd",
    "golang",
    "grafana",
    "haproxy",
    "httpd",
    "influxdb",
    "jaeger",
    "kafka",
    "keycloak",
    "kibana",
    "logstash",
    "mariadb",
    "memcached",
    "minio",
    "mongo",
    "mongodb",
    "mysql",
    "nats",
    "nginx",
    "node",
    "opensearch",
    "postgres",
    "postgresql",
    "prometheus",
    "python",
    "rabbitmq",
    "redis",
    "traefik",
    "ubuntu",
];

impl ImageName<'_> {
    /// Whether it is as likely to be somebody else's as that of a folder of its name.
    pub(super) fn is_of_others(self) -> bool {
        OF_OTHERS.contains(&plain(self.name).as_str())
    }
}

/// A name without what people write differently in folders and in images: `cart-service` and
/// `CartService` are one.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '-' | '_' | '.' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}
