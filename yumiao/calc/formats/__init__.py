"""通行格式 · the same facts and messages in the forms that other systems speak: FHIR R4, SPDCI. Both ways, without loss."""
