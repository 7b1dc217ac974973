//! What a policy may set of a rule: typed options with their defaults and documentation.
//!
//! A rule declares its options with [`options!`](crate::options), in its own file. The policy reader
//! sets them by name; the JSON schema and the rule reference are written from [`OptionSpec`].

use std::any::Any;
use std::fmt::Debug;

use jiff::civil::Date;

/// A value of a policy, as an option reads it. No type of the TOML library leaves the policy room.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A string.
    Text(String),
    /// A date without time.
    Date(Date),
    /// An array.
    List(Vec<Value>),
    /// Anything else (a table, a time): no option takes it.
    Other,
}

/// What an option is, for documentation and the JSON schema.
#[derive(Debug)]
pub struct OptionSpec {
    /// Its key in a policy, kebab-case.
    pub name: &'static str,
    /// Its documentation, in Markdown.
    pub docs: &'static str,
    /// The JSON schema of its values.
    pub schema: fn() -> serde_json::Value,
    /// Its default as it would be written in a policy; none where there is none.
    pub default: fn() -> Option<String>,
}

impl OptionSpec {
    /// Whether the option is a list, so that `extend-NAME` appends to it.
    pub fn is_list(&self) -> bool {
        (self.schema)()["type"] == "array"
    }
}

/// The options of one rule, with their types erased so that all rules fit one table.
pub trait Options: Any + Debug + Send + Sync {
    /// Sets one option. `Err` says what was expected, as a fragment behind "expected".
    fn set(&mut self, name: &str, value: &Value) -> Result<(), String>;
    /// Appends to one option, which is a list. `Err` as for [`Options::set`].
    fn extend(&mut self, _name: &str, _value: &Value) -> Result<(), String> {
        Err("an option that is a list".into())
    }
    /// A copy to be changed for an override.
    fn boxed_clone(&self) -> Box<dyn Options>;
    /// For [`crate::policy::Settings::options`].
    fn as_any(&self) -> &dyn Any;
}

/// A type that an option can have.
pub trait OptionValue: Sized {
    /// Reads a value; `Err` says what was expected.
    fn read(value: &Value) -> Result<Self, String>;
    /// Appends to the value; `Err` says what was expected. Only lists can be appended to, which are the
    /// types whose schema is an array.
    fn extend(&mut self, _: &Value) -> Result<(), String> {
        Err("an option that is a list".into())
    }
    /// The JSON schema of its values.
    fn schema() -> serde_json::Value;
    /// As it would be written in a policy; none for an absent value.
    fn write(&self) -> Option<String>;
}

impl OptionValue for bool {
    fn read(value: &Value) -> Result<Self, String> {
        match value {
            Value::Boolean(value) => Ok(*value),
            _ => Err("true or false".into()),
        }
    }
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "boolean"})
    }
    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl OptionValue for u32 {
    fn read(value: &Value) -> Result<Self, String> {
        match value {
            Value::Integer(value) => u32::try_from(*value).ok(),
            _ => None,
        }
        .ok_or_else(|| "a whole number from 0".into())
    }
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "integer", "minimum": 0, "maximum": u32::MAX})
    }
    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// A share of a whole, in percent, from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Percent(pub f64);

impl OptionValue for Percent {
    fn read(value: &Value) -> Result<Self, String> {
        let number = match value {
            // Percentages are small: every whole number that passes the test below is exact.
            Value::Integer(value) => i32::try_from(*value).ok().map(f64::from),
            Value::Float(value) => Some(*value),
            _ => None,
        };
        number
            .filter(|number| (0.0..=100.0).contains(number))
            .map(Percent)
            .ok_or_else(|| "a percentage from 0 to 100, as a number".into())
    }
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "number", "minimum": 0, "maximum": 100})
    }
    fn write(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

impl OptionValue for Vec<String> {
    fn read(value: &Value) -> Result<Self, String> {
        let expected = || "a list of strings".to_string();
        let Value::List(values) = value else {
            return Err(expected());
        };
        let texts = values.iter().map(|value| match value {
            Value::Text(text) => Ok(text.clone()),
            _ => Err(expected()),
        });
        texts.collect()
    }
    fn extend(&mut self, value: &Value) -> Result<(), String> {
        self.extend_from_slice(&Self::read(value)?);
        Ok(())
    }
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "array", "items": {"type": "string"}})
    }
    fn write(&self) -> Option<String> {
        Some(serde_json::json!(self).to_string())
    }
}

impl<T: OptionValue> OptionValue for Option<T> {
    fn read(value: &Value) -> Result<Self, String> {
        T::read(value).map(Some)
    }
    fn extend(&mut self, value: &Value) -> Result<(), String> {
        match self {
            Some(present) => present.extend(value),
            None => Self::read(value).map(|read| *self = read),
        }
    }
    fn schema() -> serde_json::Value {
        T::schema()
    }
    fn write(&self) -> Option<String> {
        self.as_ref().and_then(T::write)
    }
}

/// The options of a rule that has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoOptions;

impl NoOptions {
    /// No options at all.
    pub const SPECS: &'static [OptionSpec] = &[];
}

impl Options for NoOptions {
    fn set(&mut self, _: &str, _: &Value) -> Result<(), String> {
        Err("no options".into())
    }
    fn boxed_clone(&self) -> Box<dyn Options> {
        Box::new(*self)
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Declares the options of a rule: a struct whose fields have a documentation and a default.
///
/// ```
/// bailiwick::options! {
///     /// The options of a rule.
///     pub struct Limits {
///         /// The most owners that a line may name.
///         max_owners("max-owners"): u32 = 5,
///     }
/// }
/// assert_eq!(Limits::default().max_owners, 5);
/// assert_eq!(Limits::SPECS[0].name, "max-owners");
/// ```
#[macro_export]
macro_rules! options {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[doc = $doc:literal])+ $field:ident($key:literal): $type:ty = $default:expr,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis struct $name {
            $($(#[doc = $doc])+ $vis $field: $type,)+
        }
        impl Default for $name {
            fn default() -> Self {
                $name { $($field: $default,)+ }
            }
        }
        impl $name {
            /// What the options are, in the order of their declaration.
            $vis const SPECS: &'static [$crate::policy::OptionSpec] = &[
                $($crate::policy::OptionSpec {
                    name: $key,
                    docs: concat!($($doc, "\n"),+),
                    schema: <$type as $crate::policy::OptionValue>::schema,
                    default: || {
                        let default: $type = $default;
                        $crate::policy::OptionValue::write(&default)
                    },
                },)+
            ];
        }
        impl $crate::policy::Options for $name {
            fn set(&mut self, name: &str, value: &$crate::policy::Value) -> Result<(), String> {
                match name {
                    $($key => self.$field = $crate::policy::OptionValue::read(value)?,)+
                    _ => return Err("a known option".into()),
                }
                Ok(())
            }
            fn extend(&mut self, name: &str, value: &$crate::policy::Value) -> Result<(), String> {
                match name {
                    $($key => $crate::policy::OptionValue::extend(&mut self.$field, value)?,)+
                    _ => return Err("a known option".into()),
                }
                Ok(())
            }
            fn boxed_clone(&self) -> Box<dyn $crate::policy::Options> {
                Box::new(self.clone())
            }
            fn as_any(&self) -> &dyn std::any::Any {
                self
            }
        }
    };
}
