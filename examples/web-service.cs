#:sdk Microsoft.NET.Sdk.Web
#:project ../src/Topaz.MLNet
#:property PublishAot=false
#:property EnableDefaultRunWorkingDirectory=false

// Picks over HTTP with a picker that was trained elsewhere, such as by quick-start.cs:
//   dotnet run examples/web-service.cs -- picker.zip --urls http://localhost:5000
//   curl --data-binary @raw/061.mrc http://localhost:5000/picks?name=061

using Microsoft.ML;
using Topaz;
using Topaz.MLNet;

const long LargestUpload = 512L << 20;

var ml = new MLContext();
ITransformer model = ml.Model.Load(args[0], out _); // one for all requests; it lets one micrograph at a time use all cores

WebApplicationBuilder builder = WebApplication.CreateBuilder(args[1..]);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = LargestUpload);
WebApplication app = builder.Build();

app.MapPost("/picks", async (HttpRequest request, CancellationToken cancelled, string name = "upload") =>
{
    string upload = Path.GetTempFileName();
    try
    {
        await using (FileStream file = File.Create(upload))
            await request.Body.CopyToAsync(file, cancelled);
        // An engine serves one thread, is made in no time, and leaves the model to the others.
        using var engine = ml.Model.CreatePredictionEngine<MicrographData, MicrographPicks>(model, new PredictionEngineOptions { OwnsTransformer = false });
        MicrographPicks picks = engine.Predict(new MicrographData { Path = upload, Name = name });
        return Results.Ok(picks.Particles.Select(pick => new { pick.X, pick.Y, pick.Score }));
    }
    catch (TopazException failure)
    {
        return Results.BadRequest(failure.Message.Replace(upload, "the upload"));
    }
    finally
    {
        File.Delete(upload);
    }
});

app.Run();
