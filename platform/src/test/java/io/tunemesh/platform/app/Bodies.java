package io.tunemesh.platform.app;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/** Bodies of 100,000 bytes, which end early where {@code broken} says. */
@Path("/v1/bodies")
@Produces(MediaType.APPLICATION_OCTET_STREAM)
public class Bodies {

  /** The bytes of a whole body. */
  public static final int BYTES = 100_000;

  @GET
  @Path("stream")
  public InputStream stream(@QueryParam("broken") Integer broken) {
    return bytes(broken);
  }

  @GET
  @Path("sized")
  public Response sized(@QueryParam("broken") Integer broken) {
    return Response.ok(bytes(broken))
        .header("Content-Length", BYTES)
        .header("X-About", "the body")
        .build();
  }

  @GET
  @Path("output")
  public Response output(@QueryParam("broken") Integer broken) {
    StreamingOutput body = out -> bytes(broken).transferTo(out);
    return Response.ok(body).build();
  }

  private static InputStream bytes(Integer broken) {
    return broken == null
        ? new ByteArrayInputStream(new byte[BYTES])
        : new SequenceInputStream(
            new ByteArrayInputStream(new byte[broken]),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("the store is gone");
              }
            });
  }
}
