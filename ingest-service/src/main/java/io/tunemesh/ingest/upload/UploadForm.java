package io.tunemesh.ingest.upload;

import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/**
 * The fields of OpenAI's {@code POST /v1/files}, and our {@code recipe}, {@code plan}, {@code run}.
 */
public class UploadForm {

  @RestForm FileUpload file;
  @RestForm String purpose;
  @RestForm String recipe;
  @RestForm String plan;
  @RestForm String run;

  @RestForm("expires_after[anchor]")
  String expiresAnchor;

  @RestForm("expires_after[seconds]")
  String expiresSeconds;
}
