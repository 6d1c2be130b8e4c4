package io.tunemesh.inference.upload;

import io.tunemesh.contract.upload.UploadEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Optional;

/** The uploads that ingest-service told of. */
@ApplicationScoped
public class Uploads {

  /** A tenant's upload got another fate; fired in the transaction that remembers it. */
  public record Told(String fileId) {}

  /** The last fact of the tenant's file; empty where none came yet, or it is another tenant's. */
  @Transactional
  public Optional<UploadEvent> fact(String tenant, String fileId) {
    return KnownUpload.<KnownUpload>findByIdOptional(fileId)
        .filter(upload -> upload.tenant().equals(tenant))
        .map(KnownUpload::fact);
  }
}
