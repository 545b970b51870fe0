//! The list of hosts whose pages may use a widget, as people write it.

/// One host a line, from whatever was pasted: addresses lose their scheme and path. A port stays: then only that port is meant.
#[must_use]
pub fn parse(text: &str) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c == ',' || c == ';') {
        let word = word.trim();
        let rest = word.split_once("://").map_or(word, |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.trim_start_matches("*.").trim_matches('.').to_lowercase();
        if !host.is_empty() && !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

/// What is wrong with a list of hosts.
#[must_use]
pub fn check(text: &str) -> Option<&'static str> {
    let hosts = parse(text);
    if hosts.len() > types::limits::WIDGET_DOMAINS {
        return Some("List at most 50 domains.");
    }
    let is_host = |host: &String| {
        let (name, port) = host.split_once(':').unwrap_or((host, "1"));
        let is_port = port.parse::<u16>().is_ok_and(|port| port > 0);
        is_port
            && name.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
            })
    };
    (!hosts.iter().all(is_host)).then_some("Write one domain a line, such as example.com.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_hosts() {
        let text = "https://www.Example.com/shop?x=1\n*.example.org, example.org;localhost:8080";
        assert_eq!(parse(text), ["www.example.com", "example.org", "localhost:8080"]);
        assert_eq!(check(text), None);
        assert!(parse(" \n ").is_empty());
    }

    #[test]
    fn what_is_no_host_is_told() {
        assert!(check("exa_mple.com").is_some());
        assert!(check("-a.com").is_some());
        assert!(check("a.com:http").is_some());
    }
}
