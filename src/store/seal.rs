//! Sealing bytes with a data key: AES-256-GCM-SIV, which forgives a nonce that comes twice (a restored snapshot, a
//! machine that was rolled back). What is sealed is bound to its place by the associated data, so that it opens nowhere
//! else.

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use zeroize::Zeroizing;

/// Bytes of a nonce.
pub const NONCE: usize = 12;
/// Bytes of the tag behind what is sealed.
pub const TAG: usize = 16;
/// What sealing adds.
pub const OVERHEAD: usize = NONCE + TAG;

/// A key; wiped from memory when it falls.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// A key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Its bytes, for wrapping it and for deriving from it.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A fresh one from the kernel's randomness.
    pub fn random() -> Result<Self, String> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).map_err(|e| format!("the machine gives no random numbers: {e}"))?;
        Ok(Self(bytes))
    }

    /// Seals under this nonce: `nonce ‖ sealed ‖ tag`.
    pub fn seal(&self, nonce: [u8; NONCE], bound_to: &[u8], plain: &[u8]) -> Result<Vec<u8>, String> {
        let cipher = Aes256GcmSiv::new((&*self.0).into());
        let sealed = cipher
            .encrypt(Nonce::from_slice(&nonce), Payload { msg: plain, aad: bound_to })
            .map_err(|_| "it is too long to be sealed".to_owned())?;
        let mut out = Vec::with_capacity(NONCE + sealed.len());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`Key::seal`] made; nothing when the key, the place or a byte is another one.
    pub fn open(&self, bound_to: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let cipher = Aes256GcmSiv::new((&*self.0).into());
        cipher.decrypt(Nonce::from_slice(nonce), Payload { msg: sealed, aad: bound_to }).ok()
    }
}

/// A fresh nonce from the kernel's randomness.
pub fn nonce() -> Result<[u8; NONCE], String> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|e| format!("the machine gives no random numbers: {e}"))?;
    Ok(nonce)
}
