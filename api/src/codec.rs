//! How the arguments and answers of calls are written: Postcard, with the texts
//! of arguments looked at once, here, before any function sees them.

use serde::{Serialize, de::DeserializeOwned};
use server_fn::{
    Bytes, ContentType, Decodes, Encodes, Format, FormatType,
    codec::{Post, PostcardEncoding},
};

/// Arguments and answers in Postcard, by `POST`.
pub type Postcard = Post<Encoding>;

/// Postcard whose texts are fit to be stored.
#[derive(Debug)]
pub struct Encoding;

impl ContentType for Encoding {
    const CONTENT_TYPE: &'static str = <PostcardEncoding as ContentType>::CONTENT_TYPE;
}

impl FormatType for Encoding {
    const FORMAT_TYPE: Format = <PostcardEncoding as FormatType>::FORMAT_TYPE;
}

impl<T: Serialize> Encodes<T> for Encoding {
    type Error = <PostcardEncoding as Encodes<T>>::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        PostcardEncoding::encode(value)
    }
}

/// A client believes what the server answers.
#[cfg(not(feature = "ssr"))]
impl<T: Serialize + DeserializeOwned> Decodes<T> for Encoding {
    type Error = <PostcardEncoding as Decodes<T>>::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        PostcardEncoding::decode(bytes)
    }
}

#[cfg(feature = "ssr")]
impl<T: Serialize + DeserializeOwned> Decodes<T> for Encoding {
    type Error = String;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        let arguments = <PostcardEncoding as Decodes<T>>::decode(bytes).map_err(|error| error.to_string())?;
        types::text::check_arguments(&arguments).map_err(|refusal| types::text::as_cause(&refusal))?;
        Ok(arguments)
    }
}
