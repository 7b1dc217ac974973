//! Reads the YAML of actions and workflows, which is ours: every scalar is text.

use granit_parser::{Event, Parser};
use serde_json::{Map, Value};

/// The one document of a file.
pub(super) fn read(text: &str) -> Value {
    let mut events = Parser::new_from_str(text).map(|event| event.expect("YAML").0);
    let start =
        events.find(|event| !matches!(event, Event::StreamStart | Event::DocumentStart(..)));
    value(start.expect("a document"), &mut events)
}

fn value<'a>(event: Event<'a>, events: &mut impl Iterator<Item = Event<'a>>) -> Value {
    match event {
        Event::Scalar(text, ..) => Value::String(text.into_owned()),
        Event::SequenceStart(..) => {
            let mut items = Vec::new();
            loop {
                match events.next().expect("an end") {
                    Event::SequenceEnd => return Value::Array(items),
                    item => items.push(value(item, events)),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut entries = Map::new();
            loop {
                let key = match events.next().expect("an end") {
                    Event::MappingEnd => return Value::Object(entries),
                    key => value(key, events),
                };
                let key = key.as_str().expect("a key that is text").to_owned();
                let content = events.next().expect("a value");
                let content = value(content, events);
                assert!(
                    entries.insert(key.clone(), content).is_none(),
                    "`{key}` comes twice"
                );
            }
        }
        event => panic!("not expected in our files: {event:?}"),
    }
}
