// A learner's own camera. Pictures go to the kernel, and only if the page comes from this very machine.
const HERE = ["localhost", "127.0.0.1", "[::1]", "::1"];

function render({ model, el }) {
  const button = document.createElement("button");
  const words = document.createElement("p");
  const canvas = document.createElement("canvas");
  const video = document.createElement("video");
  canvas.width = 640;
  canvas.height = 480;
  canvas.style.display = "none";
  canvas.style.maxWidth = "100%";
  canvas.setAttribute("role", "img");
  words.setAttribute("role", "status");
  video.muted = true;
  video.playsInline = true;
  const hidden = document.createElement("canvas");
  hidden.width = 640;
  hidden.height = 480;
  let stream = null;
  let times = [];

  function tell(text) {
    words.textContent = text;
    canvas.setAttribute("aria-label", text);
  }

  function stop(text) {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    canvas.style.display = "none";
    button.textContent = "switch my camera on";
    tell(text || "The camera is off.");
  }

  function send() {
    if (!stream) return;
    hidden.getContext("2d").drawImage(video, 0, 0, 640, 480);
    hidden.toBlob(async (blob) => {
      const data = await blob.arrayBuffer();
      if (stream) model.send({ kind: "frame" }, undefined, [data]);
    }, "image/jpeg", 0.85);
  }

  function show(answer) {
    if (answer.kind !== "faces" || !stream) return;
    const pen = canvas.getContext("2d");
    pen.drawImage(hidden, 0, 0);
    pen.font = "bold 20px sans-serif";
    for (const face of answer.faces) {
      const [left, top, width, height] = face.box;
      for (const [colour, line] of [["black", 5], ["white", 2]]) {
        pen.strokeStyle = colour;
        pen.lineWidth = line;
        pen.strokeRect(left, top, width, height);
      }
      const wide = pen.measureText(face.words).width + 12;
      const row = Math.max(26, top);
      pen.fillStyle = "black";
      pen.fillRect(left, row - 26, wide, 26);
      pen.fillStyle = "white";
      pen.fillText(face.words, left + 6, row - 6);
    }
    times.push(performance.now());
    times = times.slice(-20);
    const rate = times.length > 1 ? (1000 * (times.length - 1)) / (times[times.length - 1] - times[0]) : 0;
    const named = answer.faces.map((face) => face.words).join(", ") || "no face is found";
    tell(answer.problem || `${named}; ${rate.toFixed(0)} frames a second`);
    requestAnimationFrame(send);
  }

  button.onclick = async () => {
    if (stream) return stop();
    if (!HERE.includes(location.hostname)) {
      return tell(
        `This page comes from ${location.hostname || "another program"}, so the kernel may be on another machine, ` +
          "and your pictures would be sent there. Run Jupyter on your own machine."
      );
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 }, audio: false });
    } catch (error) {
      return stop(`No camera: ${error.message}`);
    }
    button.textContent = "switch my camera off";
    canvas.style.display = "block";
    times = [];
    video.srcObject = stream;
    await video.play();
    model.send({ kind: "start" });
    send();
  };

  model.on("msg:custom", show);
  stop();
  const notice = document.createElement("p");
  notice.textContent =
    "Show it your own face, or that of somebody who has agreed. Pictures go from this browser to the kernel on this " +
    "machine and are thrown away there: nothing is stored, nothing is sent anywhere else. (If you reach the kernel " +
    "through a tunnel, it is on another machine.) It guesses which expression label people would give the picture.";
  el.append(notice, button, words, canvas);
  return () => {
    model.off("msg:custom", show);
    stop();
  };
}

export default { render };
