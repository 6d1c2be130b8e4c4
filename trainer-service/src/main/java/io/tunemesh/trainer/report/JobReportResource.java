package io.tunemesh.trainer.report;

import io.tunemesh.contract.Json;
import io.tunemesh.platform.identity.Caller;
import io.tunemesh.platform.page.HtmlPage;
import io.tunemesh.platform.page.PageResponses;
import io.tunemesh.trainer.job.Jobs;
import io.tunemesh.trainer.job.TrainingJob;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;

/** What a job has done so far, as JSON, as a page and as a picture; in whatever state it is. */
@Path("/v1/fine_tuning/jobs/{id}")
@Transactional
public class JobReportResource {

  private final Caller caller;
  private final Jobs jobs;

  JobReportResource(Caller caller, Jobs jobs) {
    this.caller = caller;
    this.jobs = jobs;
  }

  /** The report: JSON, or the page for who prefers HTML. */
  @GET
  @Path("report")
  @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_HTML})
  public Response report(@PathParam("id") String id, @Context HttpHeaders headers)
      throws IOException {
    if (PageResponses.prefersHtml(headers)) {
      return page(id);
    }
    TrainingJob job = jobs.get(caller.tenant(), id);
    JobReport report = JobReports.of(job, JobReports.curve(job));
    return PageResponses.json(Json.MAPPER.writeValueAsBytes(report));
  }

  /** The report as one page that needs nothing else, to be read, saved and printed. */
  @GET
  @Path("report.html")
  @Produces({MediaType.TEXT_HTML, MediaType.APPLICATION_JSON})
  public Response page(@PathParam("id") String id) {
    TrainingJob job = jobs.get(caller.tenant(), id);
    Curve curve = JobReports.curve(job);
    return PageResponses.html(JobReportPage.of(JobReports.of(job, curve), curve));
  }

  /** The losses as a picture. */
  @GET
  @Path("curves.svg")
  @Produces({"image/svg+xml", MediaType.APPLICATION_JSON})
  public Response curves(@PathParam("id") String id) {
    Curve curve = JobReports.curve(jobs.get(caller.tenant(), id));
    return PageResponses.svg(HtmlPage.svg(CurvePlot.of(curve)));
  }
}
